// Only browsers without modules run this: no newer JavaScript than they understand.
document.getElementById("unsupported-browser").removeAttribute("hidden");
