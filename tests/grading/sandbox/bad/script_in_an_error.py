# about: a script that would run in the feedback page
# task: two_accuracies
# state: crashed
def accuracy(model, loader):
    """</pre><script>alert("LEAK&lt;")</script>"""
    raise ValueError("<script>alert(1)</script><img src=x onerror=alert(2)>")
