-- The embedded renderer's program: writes a page in each of its formats. Quarto has its own.
-- Run by `pandoc lua`, because reading a page's Markdown takes longer than writing any of them. What is to be written
-- comes as JSON on standard input: the Markdown, and of each format its writer, its file and its options.

local FIGURE = "figure-of-the-format" -- stands for each format's own extension until it is written

local function content_of(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("a")
  file:close()
  return content
end

local function in_its_own_format(doc, options)
  local shift = options["shift-heading-level-by"] or 0
  return doc:walk({
    Header = function(header)
      header.level = header.level + shift
      assert(header.level > 0, "no heading can stand above the sections: " .. pandoc.utils.stringify(header))
      return header
    end,
    Image = function(image)
      image.src = image.src:gsub("%." .. FIGURE:gsub("%-", "%%-") .. "$", "." .. options["default-image-extension"])
      return image
    end,
  })
end

local function template_of(writer, own)
  return own and pandoc.template.compile(content_of(own), own) or pandoc.template.default(writer)
end

local function written(doc, writer, options)
  return pandoc.write(doc, writer, {
    template = template_of(writer, options.template),
    reference_doc = options["reference-doc"],
    table_of_contents = options.toc,
    toc_depth = options["toc-depth"],
    section_divs = options["section-divs"],
    wrap_text = options.wrap,
  })
end

local asked = pandoc.json.decode(io.read("a"), false)
local page = pandoc.read(asked.text, "markdown", { default_image_extension = FIGURE })
for _, each in ipairs(asked.formats) do
  FORMAT = each.writer -- filters ask for it
  local doc = in_its_own_format(page, each.options)
  for _, filter in ipairs(each.options.filters) do
    doc = pandoc.utils.run_lua_filter(doc, filter)
  end
  local file = assert(io.open(each.file, "wb"))
  file:write(written(doc, each.writer, each.options))
  file:close()
end
