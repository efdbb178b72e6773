;;; stopping.el --- The server is stopped, and started again  -*- lexical-binding: t -*-

(require 'steps)

(steps-visit "shop/till.py")
(steps-expect-shown "shop/till.py" "3:6 unresolved-import")
(let* ((server (steps-ready))
       (process (jsonrpc--process server)))
  (eglot-shutdown server)
  (steps-expect "the end of the server" (lambda () (not (process-live-p process)))))

(eglot-ensure)
(run-hooks 'post-command-hook)
(steps-expect-shown "shop/till.py" "3:6 unresolved-import")
(steps-ready)

;;; stopping.el ends here
