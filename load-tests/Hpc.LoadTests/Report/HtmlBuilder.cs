using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hpc.LoadTests.Report;

/// <summary>Markup in which every inserted value is escaped: only what stands in the source is taken as it is.</summary>
internal sealed class HtmlBuilder
{
    private readonly StringBuilder _text = new();

    public HtmlBuilder Add([InterpolatedStringHandlerArgument("")] ref Markup markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>The text of a style element, which knows no escapes: it must not hold <c>&lt;</c> or <c>&amp;</c>.</summary>
    public HtmlBuilder AddStyle(string style)
    {
        _text.Append(style);
        return this;
    }

    public override string ToString() => _text.ToString();

    private void AddEscaped(ReadOnlySpan<char> value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            switch (c)
            {
                case '<': _text.Append("&lt;"); break;
                case '>': _text.Append("&gt;"); break;
                case '&': _text.Append("&amp;"); break;
                case '"': _text.Append("&quot;"); break;
                case '\'': _text.Append("&#39;"); break;
                case '\n' or '\t': _text.Append(c); break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                    {
                        _text.Append(c).Append(value[++i]);
                        break;
                    }

                    // No document may hold these, escaped or not.
                    _text.Append(char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE' ? '\uFFFD' : c);
                    break;
            }
        }
    }

    /// <summary>Receives the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Markup
    {
        private readonly HtmlBuilder _builder;

        public Markup(int literalLength, int formattedCount, HtmlBuilder builder)
        {
            _ = literalLength + formattedCount;
            _builder = builder;
        }

        public void AppendLiteral(string markup) => _builder._text.Append(markup);

        public void AppendFormatted(string? value) => _builder.AddEscaped(value);

        public void AppendFormatted(int value) => AppendFormatted(value.ToString(CultureInfo.InvariantCulture));

        /// <summary>A coordinate.</summary>
        public void AppendFormatted(double value) => AppendFormatted(value.ToString("0.##", CultureInfo.InvariantCulture));
    }
}
