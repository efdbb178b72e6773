;;; quick-fix.el --- A quick fix, applied and saved  -*- lexical-binding: t -*-

(require 'steps)

(steps-visit "shop/till.py")
(steps-expect-shown "shop/till.py" "3:6 unresolved-import")
(steps-ready)

(goto-char (point-min))
(search-forward "shop.taxes")
(let ((action (steps-expect "a quick fix"
                            (lambda ()
                              (cl-find "Change to `shop.pricing.taxes`" (eglot-code-actions (point) (point) "quickfix")
                                       :key (lambda (one) (plist-get one :title)) :test #'equal)))))
  (eglot--apply-workspace-edit (plist-get action :edit)))
(steps-pause)
(steps-expect-shown "shop/till.py")
(save-buffer)
(steps-expect-shown "shop/till.py")

;;; quick-fix.el ends here
