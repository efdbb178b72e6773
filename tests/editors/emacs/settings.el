;;; settings.el --- Settings that Emacs has for the server: extraPaths names the folder of taxlib  -*- lexical-binding: t -*-

(require 'steps)

(steps-visit "shop/report.py")
(steps-ready)
(goto-char (point-min))
(insert "import taxlib, nothing\n")
(steps-pause)
(steps-expect-shown "shop/report.py" "1:16 unresolved-import")

;;; settings.el ends here
