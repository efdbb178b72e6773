;;; importwise.el --- What users write in their init file  -*- lexical-binding: t -*-

;;; Code:

(require 'eglot)
(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("importwise" "server")))
(add-hook 'python-mode-hook #'eglot-ensure)
(add-hook 'python-ts-mode-hook #'eglot-ensure)
