-- Tables whose heads say what they head, with columns as wide as their contents.

-- Says of every cell what it heads. Cells stand at the left anyway, so that need not be said of each.
local function with_heads(tbl)
  tbl.colspecs = tbl.colspecs:map(function(colspec)
    return { colspec[1] == "AlignLeft" and "AlignDefault" or colspec[1], colspec[2] }
  end)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attributes["scope"] = "col" end
  end
  for _, body in ipairs(tbl.bodies) do
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do row.cells[1].attributes["scope"] = "row" end
  end
  return tbl
end

-- Cells know the head of their column, for a narrow screen where each row becomes a card.
-- Roles stay named because a browser forgets them with the table layout.
local function as_cards(tbl)
  local labels = {}
  for _, row in ipairs(tbl.head.rows) do
    row.attributes["role"] = "row"
    for i, cell in ipairs(row.cells) do
      cell.attributes["role"] = "columnheader"
      labels[i] = pandoc.utils.stringify(cell.contents)
    end
  end
  for _, body in ipairs(tbl.bodies) do
    body.attributes["role"] = "rowgroup"
    for _, row in ipairs(body.body) do
      row.attributes["role"] = "row"
      for i, cell in ipairs(row.cells) do
        cell.attributes["role"] = i == 1 and "rowheader" or "cell"
        if i > 1 then cell.attributes["data-label"] = labels[i] end
      end
    end
  end
  tbl.attributes["role"] = "table"
  tbl.head.attributes["role"] = "rowgroup"
  return tbl
end

-- A long table of short figures is compared down its columns; as cards it would make a page endless.
local function is_long(tbl)
  local rows, longest = 0, 0
  for _, body in ipairs(tbl.bodies) do
    rows = rows + #body.body
    for _, row in ipairs(body.body) do
      for i, cell in ipairs(row.cells) do
        if i > 1 then longest = math.max(longest, utf8.len(pandoc.utils.stringify(cell.contents))) end
      end
    end
  end
  return rows > 20 and longest <= 40
end

local function stands_alone(inline)
  return inline.tag == "Image" or (inline.tag == "Span" and inline.classes:includes("verdict"))
end

-- A picture or a verdict has a line of its own above the words that explain it.
local function one_line_each(plain)
  if not plain.content:find_if(stands_alone) then return nil end
  local lines = pandoc.Inlines({})
  for i, inline in ipairs(plain.content) do
    local follows = i > 1 and stands_alone(plain.content[i - 1])
    lines:insert(follows and inline.tag == "Space" and pandoc.LineBreak() or inline)
  end
  return pandoc.Plain(lines)
end

-- How many characters each column takes: at least, so that no word is broken, and at most, so that no line is.
-- Figures, which are aligned to the right, can be kept whole; heads are bold, and take more room.
local function needs(tbl, whole_figures)
  local least, most, narrow, wide = {}, {}, 0, 0
  local function measure(row, room, figures)
    for i, cell in ipairs(row.cells) do
      local text = pandoc.utils.stringify(cell.contents)
      local whole = figures and tbl.colspecs[i][1] == "AlignRight"
      least[i], most[i] = least[i] or room, math.max(most[i] or 0, utf8.len(text) + room)
      for part in text:gmatch(whole and ".+" or "%S+") do
        least[i] = math.max(least[i], utf8.len(part) + room)
      end
    end
  end
  for _, row in ipairs(tbl.head.rows) do measure(row, 4, false) end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do measure(row, 2, whole_figures) end
  end
  for i in ipairs(most) do narrow, wide = narrow + least[i], wide + most[i] end
  return least, most, narrow, wide
end

-- Word makes columns equally wide unless it is told how wide they are.
local function word_width(tbl)
  local across = 98
  local least, most, narrow, wide = needs(tbl, true)
  if narrow > 1.1 * across then least, most, narrow, wide = needs(tbl, false) end
  local spare = wide > narrow and math.min(1, math.max(0, (across - narrow) / (wide - narrow))) or 0
  local total = math.max(across, narrow)
  tbl.colspecs = tbl.colspecs:map(function(colspec, i)
    return { colspec[1], (least[i] + spare * (most[i] - least[i])) / total }
  end)
  return tbl
end

-- Word cuts off a picture that is wider than its column.
local function fit_pictures(tbl)
  local text_width = 16.5
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for i, cell in ipairs(row.cells) do
        local share = tbl.colspecs[i][2]
        cell.contents = share and cell.contents:walk({ Image = function(image)
          image.attributes.width = string.format("%.1fcm", share * text_width)
          return image
        end }) or cell.contents
      end
    end
  end
  return tbl
end

local function natural_width(tbl)
  if FORMAT == "docx" then return word_width(tbl) end
  tbl.colspecs = tbl.colspecs:map(function(colspec) return { colspec[1], nil } end)
  return tbl
end

-- At a glance: a question, a picture, what it means, then short words.
local function glance_width(tbl)
  local widths = { 0.23, 0.22, 0.55 - 0.11 * (#tbl.colspecs - 3) }
  tbl.colspecs = tbl.colspecs:map(function(colspec, i) return { colspec[1], widths[i] or 0.11 } end)
  return tbl
end

-- Quarto writes Typst tables without their captions, so the figure around them is written here.
local function captioned(tbl)
  local opening = pandoc.Inlines({ pandoc.RawInline("typst", "#figure(kind: table, caption: [") })
  opening:extend(pandoc.utils.blocks_to_inlines(tbl.caption.long))
  opening:insert(pandoc.RawInline("typst", "])["))
  tbl.classes:insert("typst:no-figure")
  tbl.caption = {}
  return { pandoc.Plain(opening), tbl, pandoc.RawBlock("typst", "]") }
end

local function mended(tbl)
  tbl = tbl:walk({ Plain = one_line_each })
  if FORMAT:match("html") then return with_heads(tbl) end
  if FORMAT == "typst" then return captioned(tbl) end
  return fit_pictures(tbl)
end

local function in_its_own_box(tbl)
  if not FORMAT:match("html") then return mended(tbl) end
  local label = pandoc.utils.stringify(tbl.caption.long)
  local attributes = { { "tabindex", "0" }, { "role", "group" }, { "aria-label", label } }
  return pandoc.Div(mended(tbl), pandoc.Attr("", { "scroll" }, attributes))
end

return {
  {
    traverse = "topdown",
    Div = function(div)
      if not (div.classes:includes("cards") or div.classes:includes("glance")) then return nil end
      local width = div.classes:includes("glance") and glance_width or natural_width
      local html, tbl = FORMAT:match("html"), div.content[1]
      if html and is_long(tbl) then return in_its_own_box(width(tbl)), false end
      return div:walk({ Table = function(tbl) return mended(width(html and as_cards(tbl) or tbl)) end }), false
    end,
    Table = function(tbl) return in_its_own_box(natural_width(tbl)), false end,
  },
}
