-- Alternative texts, in every format; and pictures inside the page itself in HTML.

local function data_uri(path)
  local mime = path:match("%.svg$") and "image/svg+xml" or "image/png"
  local file = assert(io.open(path, "rb"), "no such figure: " .. path)
  local bytes = file:read("a")
  file:close()
  return pandoc.mediabag.make_data_uri(mime, bytes)
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function typst_image(image)
  return string.format("image(%s, alt: %s)", typst_string(image.src),
    typst_string(pandoc.utils.stringify(image.caption)))
end

function Image(image)
  image.caption = { pandoc.Str(image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)) }
  image.attributes["fig-alt"] = nil
  if FORMAT:match("html") then
    image.src = data_uri(image.src)
  end
  return image
end

-- Pandoc's Typst writer leaves out alternative texts.
local typst = {
  Figure = function(figure)
    local image
    figure.content:walk({ Image = function(found) image = found end })
    local inlines = pandoc.Inlines({ pandoc.RawInline("typst", "#figure(" .. typst_image(image) .. ", caption: [") })
    inlines:extend(pandoc.utils.blocks_to_inlines(figure.caption.long))
    inlines:insert(pandoc.RawInline("typst", "])"))
    return pandoc.Plain(inlines)
  end,
  Image = function(image)
    return pandoc.RawInline("typst", "#box(" .. typst_image(image) .. ")")
  end,
}

return FORMAT == "typst" and { { Image = Image }, { Figure = typst.Figure }, { Image = typst.Image } } or { { Image = Image } }
