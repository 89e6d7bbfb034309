-- Verdicts with their shapes and the fenced parts of a page, where no style sheet can do it.

local SHAPES = { adverse = "▲", inconclusive = "◌", equivalent = "=", favourable = "▼", ["not-tested"] = "–" }

local function verdict_of(span)
  for _, class in ipairs(span.classes) do
    if SHAPES[class] then return class end
  end
  error("this verdict has no known kind: " .. pandoc.utils.stringify(span))
end

-- A paragraph all in bold is the finding of the chart or table below it, and stays with it.
local function finding(para)
  if #para.content == 1 and para.content[1].tag == "Strong" then
    return pandoc.Div(para, pandoc.Attr("", { "finding" }))
  end
end

-- The summary stands above the page's navigation.
local function with_summary_first(doc)
  local rest = pandoc.Blocks({})
  for _, block in ipairs(doc.blocks) do
    if block.tag == "Div" and block.classes:includes("summary") then
      doc.meta.summary = pandoc.MetaBlocks(block.content)
    else
      rest:insert(block)
    end
  end
  doc.blocks = rest
  return doc
end

local function typst_call(name, content)
  local opened, closed = "#" .. name .. "[", "]"
  if pandoc.utils.type(content) == "Blocks" then
    return pandoc.Blocks({ pandoc.RawBlock("typst", opened) }) .. content .. { pandoc.RawBlock("typst", closed) }
  end
  return pandoc.Inlines({ pandoc.RawInline("typst", opened) }) .. content .. { pandoc.RawInline("typst", closed) }
end

local function typst_span(span)
  if span.classes:includes("verdict") then
    return typst_call('verdict("' .. verdict_of(span) .. '")', span.content)
  elseif span.classes:includes("quiet") then
    return typst_call("quiet", span.content)
  end
end

-- An indicator's verdict stays with the chart below it.
local function typst_lead(para)
  local first = para.content[1]
  if first and first.tag == "Span" and first.classes:includes("verdict") then
    return typst_call("lead", pandoc.Blocks({ para }))
  end
end

local function typst_div(div)
  -- A block of its own would take away the space above the heading that it begins with.
  if #div.classes == 0 then return div.content end
  if div.classes:includes("note") and div.classes:includes("keep") then return typst_call("kept-note", div.content) end
  for _, name in ipairs({ "summary", "note", "finding" }) do
    if div.classes:includes(name) then return typst_call(name, div.content) end
  end
end

local function typst_header(header)
  if header.classes:includes("new-page") then
    return { pandoc.RawBlock("typst", "#pagebreak(weak: true)"), header }
  end
end

local function docx_span(span)
  if span.classes:includes("verdict") then
    local verdict = verdict_of(span)
    span.attributes["custom-style"] = "Verdict " .. verdict
    span.content:insert(1, pandoc.Str("\u{a0}" .. SHAPES[verdict] .. "\u{a0}"))
    span.content:insert(pandoc.Str("\u{a0}"))
  elseif span.classes:includes("quiet") then
    span.attributes["custom-style"] = "Quiet"
  end
  return span
end

local function docx_div(div)
  for name, style in pairs({ summary = "Summary", note = "Note", finding = "Finding" }) do
    if div.classes:includes(name) then div.attributes["custom-style"] = style end
  end
  return div
end

-- Word's page header shows the document's properties: who and when as its subject, the warning as its comment.
local function with_properties(doc)
  doc.meta.author, doc.meta.date = nil, nil
  doc.meta.subject = doc.meta["running-head"]
  if doc.meta.synthetic then
    doc.meta.description = doc.meta.synthetic
    doc.blocks:insert(1, pandoc.Div(pandoc.Para(doc.meta.synthetic), { ["custom-style"] = "Synthetic" }))
  end
  return doc
end

local marked = { Para = finding }
if FORMAT:match("html") then return { marked, { Pandoc = with_summary_first } } end
if FORMAT == "typst" then return { marked, { Para = typst_lead }, { Span = typst_span, Div = typst_div, Header = typst_header } } end
return { marked, { Span = docx_span, Div = docx_div, Pandoc = with_properties } }
