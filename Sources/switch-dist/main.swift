print("switch-dist")
