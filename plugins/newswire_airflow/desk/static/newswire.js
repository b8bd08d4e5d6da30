// Two things that a frame inside Airflow cannot do by itself; without this script the page is whole.

// Pages of Airflow's own open in Airflow, not in the frame: its sandbox bars the frame from leading its parent away,
// so the parent follows a link of its own.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-airflow]");
  if (!link || window.parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const own = window.parent.document.createElement("a");
  own.href = link.href;
  window.parent.document.body.append(own);
  own.click();
  own.remove();
});

// Light or dark as Airflow is, which need not be what the system prefers.
if (window.parent !== window) {
  const airflow = window.parent.document.documentElement;
  const follow = () => {
    const theme = ["dark", "light"].find((name) => airflow.classList.contains(name));
    if (theme) document.documentElement.dataset.theme = theme;
  };
  follow();
  new MutationObserver(follow).observe(airflow, { attributes: true, attributeFilter: ["class"] });
}
