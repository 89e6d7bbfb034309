-- Alternative texts in every format, and pictures inside the page itself in HTML.
-- Figures are written out here: pandoc's Typst writer and Quarto's filters each lose the alternative text.

local function data_uri(path)
  local mime = path:match("%.svg$") and "image/svg+xml" or "image/png"
  local file = assert(io.open(path, "rb"), "no such figure: " .. path)
  local bytes = file:read("a")
  file:close()
  return pandoc.mediabag.make_data_uri(mime, bytes)
end

local function described(image)
  image.caption = { pandoc.Str(image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)) }
  image.attributes["fig-alt"] = nil
  return image
end

local function typst_image(image)
  local function quoted(text) return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' end
  local alt = pandoc.utils.stringify(described(image).caption)
  return string.format("image(%s, alt: %s)", quoted(image.src), quoted(alt))
end

local function image_of(figure)
  local image
  figure.content:walk({ Image = function(found) image = found end })
  return image
end

local function raw_around(format, before, inlines, after)
  local parts = pandoc.Inlines({ pandoc.RawInline(format, before) })
  parts:extend(inlines)
  parts:insert(pandoc.RawInline(format, after))
  return parts
end

local function caption_of(figure)
  return pandoc.utils.blocks_to_inlines(figure.caption.long)
end

local html = {
  traverse = "topdown",
  Figure = function(figure)
    local image = described(image_of(figure))
    image.src = data_uri(image.src)
    local parts = raw_around("html", "<figure>", { image }, "")
      .. raw_around("html", "<figcaption>", caption_of(figure), "</figcaption></figure>")
    return pandoc.Plain(parts), false
  end,
  Image = function(image)
    image = described(image)
    image.src = data_uri(image.src)
    return image
  end,
}

local typst = {
  traverse = "topdown",
  Figure = function(figure)
    local before = "#figure(" .. typst_image(image_of(figure)) .. ", caption: ["
    return pandoc.Plain(raw_around("typst", before, caption_of(figure), "])")), false
  end,
  Image = function(image)
    return pandoc.RawInline("typst", "#box(" .. typst_image(image) .. ")")
  end,
}

return { FORMAT:match("html") and html or FORMAT == "typst" and typst or { Image = described } }
