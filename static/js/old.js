/* For browsers too old for the page's own modules: words instead of an empty page. Old script on purpose. */
(function () {
  var words =
    "Trình duyệt này quá cũ, hoặc trang chưa tải xong. Xin tải lại trang, cập nhật trình duyệt, hoặc mở liên kết bằng Chrome hay Safari bản mới. · " +
    "This browser is too old, or the page has not loaded. Please reload, update the browser, or open the link in a recent Chrome or Safari.";
  /** @type {HTMLElement | null} */
  var shown = null;
  var looks = 0;
  function look() {
    looks += 1;
    var there = document.querySelector("main");
    if (there && shown) {
      document.body.removeChild(shown);
      shown = null;
    }
    if (!there && !shown && looks >= 6) {
      shown = document.createElement("p");
      shown.setAttribute("role", "alert");
      shown.className = "old";
      shown.textContent = words;
      document.body.appendChild(shown);
    }
    if (!there) setTimeout(look, 1000);
  }
  setTimeout(look, 1000);
})();
