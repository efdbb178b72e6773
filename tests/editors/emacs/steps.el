;;; steps.el --- The words of which scenarios are made  -*- lexical-binding: t -*-

;;; Code:

(require 'package)
(package-initialize)
(require 'cl-lib)
(require 'eglot)
(require 'flymake)
(require 'python)

(defconst steps-patience 60.0 "Seconds after which what has not come is missing.")

(defun steps-set-up (file)
  "Take over what users write in their init file: the forms of FILE."
  (load file nil t t)
  ;; Nobody is there to be asked, and nobody loses patience on a slow machine.
  (setq eglot-confirm-server-initiated-edits nil
        eglot-connect-timeout steps-patience
        jsonrpc-default-request-timeout steps-patience
        make-backup-files nil
        create-lockfiles nil))

(defun steps-expect (what condition &optional state)
  "Go on when CONDITION gives something, and return that; else fail with WHAT is missing and what STATE gives."
  (let ((end (+ (float-time) steps-patience)) met)
    (while (not (or (setq met (funcall condition)) (> (float-time) end)))
      ;; This takes in what comes from processes and from watched files.
      (read-event nil nil 0.01))
    (unless met
      (message "%s did not come; there is %S" what (and state (funcall state)))
      (kill-emacs 1))
    met))

(defun steps-pause ()
  "A person pauses: idle timers run."
  (dolist (timer (copy-sequence timer-idle-list))
    (timer-event-handler timer)))

(defconst steps-project default-directory "The folder of the project.")

(defun steps-path (name)
  "The path of the project's file NAME."
  (expand-file-name name steps-project))

(defun steps-rename (old new)
  "Somebody else renames the project's file or folder OLD to NEW."
  (rename-file (steps-path old) (steps-path new)))

(defun steps-visit (name)
  "Visit the file NAME as a person does."
  (find-file (steps-path name))
  ;; A command is over: that is when Eglot connects.
  (run-hooks 'post-command-hook))

(defun steps-shown (name)
  "The diagnostics of the file NAME, visited or not: \"line:column rule\", counted from 1."
  (let ((buffer (get-file-buffer (steps-path name))))
    (sort (mapcar (lambda (one)
                    (string-match "\\[\\(.*?\\)\\]" (flymake-diagnostic-text one))
                    (concat (steps--place one buffer) " " (match-string 1 (flymake-diagnostic-text one))))
                  (if buffer
                      (with-current-buffer buffer (flymake-diagnostics))
                    (cdr (assoc-string (steps-path name) flymake-list-only-diagnostics))))
          #'string<)))

(defun steps--place (diagnostic buffer)
  "Where DIAGNOSTIC stands, in BUFFER or in a file that has none."
  (let ((place (flymake-diagnostic-beg diagnostic)))
    (if buffer
        (with-current-buffer buffer
          (save-excursion
            (goto-char place)
            (format "%d:%d" (line-number-at-pos) (1+ (- place (line-beginning-position))))))
      (format "%d:%d" (car place) (cdr place)))))

(defun steps-expect-shown (name &rest wanted)
  "Go on when exactly the diagnostics WANTED are shown for the file NAME."
  (steps-expect (format "%s: %S" name wanted)
                (lambda () (equal (steps-shown name) wanted))
                (lambda () (steps-shown name))))

(defun steps-ready ()
  "Go on when the server has read the project."
  (let ((server (steps-expect "a server" #'eglot-current-server)))
    (let ((status (jsonrpc-request server :importwise/status '(:settled t) :timeout steps-patience)))
      (unless (equal "ready" (plist-get status :state))
        (message "the project is not read: %S" status)
        (kill-emacs 1)))
    server))

(provide 'steps)
;;; steps.el ends here
