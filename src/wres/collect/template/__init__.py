"""The return template: the workbook in which an organisation sends its figures.

What is on it is declared in ``layout.yml``. Writing it belongs in :mod:`.write`, reading a folder of them in
:mod:`.read`, and finding a block in a workbook that people have worked in, in :mod:`.find`.
"""
