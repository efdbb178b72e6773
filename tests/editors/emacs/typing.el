;;; typing.el --- Diagnostics of visited and other files, while one types  -*- lexical-binding: t -*-

(require 'steps)

(steps-visit "shop/till.py")
(steps-expect-shown "shop/till.py" "3:6 unresolved-import")
(steps-expect-shown "shop/invoice.py" "1:29 unresolved-name")
(steps-ready)

(goto-char (point-min))
(search-forward "shop.taxes")
(replace-match "shop.pricing.taxes")
(steps-pause)
(steps-expect-shown "shop/till.py")

;; Columns are counted as they should be where a character takes two units.
(goto-char (point-min))
(insert "name = 'aé𐐀'; import shop.nothing, json\n")
(steps-pause)
(steps-expect-shown "shop/till.py" "1:22 unresolved-import")
(delete-region (point-min) (point))
(steps-pause)
(steps-expect-shown "shop/till.py")

;; A file that is not visited follows what is typed in another.
(steps-visit "shop/cart.py")
(goto-char (point-max))
(insert "Coupon = Voucher\n")
(steps-pause)
(steps-expect-shown "shop/invoice.py")
(search-backward "Coupon")
(replace-match "Ticket")
(steps-pause)
(steps-expect-shown "shop/invoice.py" "1:29 unresolved-name")

;;; typing.el ends here
