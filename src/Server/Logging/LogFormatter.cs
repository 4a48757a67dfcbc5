using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>Turns what a logger is given into one line: a JSON object with the fields of every hpc log line, or text for a person.</summary>
internal abstract class LogFormatter(TimeProvider time, bool utc)
{
    private const string SecondFormat = "yyyy-MM-ddTHH:mm:ss";

    private const string OriginalFormat = "{OriginalFormat}";

    // Larger ones, of traces, are let go.
    private const int KeptCapacity = 2048;

    [ThreadStatic]
    private static StringBuilder? _line;

    private volatile Second _second = new(long.MinValue, "");

    public abstract string Format(LogLevel level, string sender, IReadOnlyList<KeyValuePair<string, object?>> values, string message, Exception? exception);

    public static LogFormatter Json(TimeProvider time, bool utc) => new JsonForm(time, utc);

    public static LogFormatter Text(TimeProvider time, bool utc) => new TextForm(time, utc);

    private DateTime Now => utc ? time.GetUtcNow().UtcDateTime : time.GetLocalNow().DateTime;

    /// <summary>The time as JSON lines have it; of many lines in one second it is made once.</summary>
    private void AppendTime(StringBuilder line)
    {
        DateTimeOffset now = time.GetUtcNow();
        long number = now.UtcTicks / TimeSpan.TicksPerSecond;
        Second second = _second;
        if (second.Number != number)
        {
            DateTime shown = utc ? now.UtcDateTime : TimeZoneInfo.ConvertTime(now, time.LocalTimeZone).DateTime;
            _second = second = new Second(number, shown.ToString(SecondFormat, CultureInfo.InvariantCulture));
        }

        int milliseconds = now.Millisecond;
        line.Append(second.Text).Append('.')
            .Append((char)('0' + (milliseconds / 100))).Append((char)('0' + (milliseconds / 10 % 10))).Append((char)('0' + (milliseconds % 10)));
    }

    // What is shown may itself write a line: then that one finds none kept.
    private static StringBuilder Begin()
    {
        StringBuilder line = _line ?? new StringBuilder(KeptCapacity);
        _line = null;
        return line;
    }

    private static string End(StringBuilder line)
    {
        string text = line.ToString();
        if (line.Capacity <= KeptCapacity)
        {
            _line = line.Clear();
        }

        return text;
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    private static string Show(object value) => value switch
    {
        string text => text,
        DateTimeOffset moment => moment.ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(", ", list.Cast<object?>()),
        _ => value.ToString() ?? "",
    };

    private sealed class JsonForm(TimeProvider time, bool utc) : LogFormatter(time, utc)
    {
        // As a line has them, quotes and all. Names come from message templates, so there are as many as those have.
        private static readonly ConcurrentDictionary<string, string> FieldNames = new(StringComparer.Ordinal);

        public override string Format(LogLevel level, string sender, IReadOnlyList<KeyValuePair<string, object?>> values, string message, Exception? exception)
        {
            StringBuilder line = Begin();
            line.Append("{\"level\":\"").Append(NameOf(level)).Append("\",\"time\":\"");
            AppendTime(line);
            line.Append("\",\"sender\":\"");
            LogEscape.AppendJson(line, sender);
            line.Append('"');
            AppendField(line, values, "ConnectionId");
            line.Append(",\"message\":\"");
            LogEscape.AppendJson(line, message);
            line.Append('"');
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i].Key is not (OriginalFormat or "ConnectionId" or "Sender") && values[i].Value is object value)
                {
                    AppendField(line, values[i].Key, value);
                }
            }

            if (exception is not null)
            {
                AppendField(line, "Exception", exception.ToString());
            }

            return End(line.Append('}'));
        }

        private static void AppendField(StringBuilder line, IReadOnlyList<KeyValuePair<string, object?>> values, string name)
        {
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i].Key == name && values[i].Value is object value)
                {
                    AppendField(line, name, value);
                    return;
                }
            }
        }

        private static void AppendField(StringBuilder line, string name, object value)
        {
            line.Append(FieldNames.GetOrAdd(name, MakeName));
            switch (value)
            {
                case string text:
                    AppendText(line, text);
                    break;
                case bool flag:
                    line.Append(flag ? "true" : "false");
                    break;
                case sbyte or byte or short or ushort or int or uint or long or ulong:
                    AppendNumber(line, (ISpanFormattable)value);
                    break;
                case double number when double.IsFinite(number):
                    line.Append(CultureInfo.InvariantCulture, $"{number:R}");
                    break;
                default:
                    AppendText(line, Show(value));
                    break;
            }
        }

        private static void AppendText(StringBuilder line, string text)
        {
            line.Append('"');
            LogEscape.AppendJson(line, text);
            line.Append('"');
        }

        private static void AppendNumber(StringBuilder line, ISpanFormattable number)
        {
            Span<char> digits = stackalloc char[20];
            _ = number.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
            line.Append(digits[..length]);
        }

        private static string MakeName(string name)
        {
            var text = new StringBuilder(",\"");
            LogEscape.AppendJson(text, JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
            return text.Append("\":").ToString();
        }
    }

    private sealed class TextForm(TimeProvider time, bool utc) : LogFormatter(time, utc)
    {
        public override string Format(LogLevel level, string sender, IReadOnlyList<KeyValuePair<string, object?>> values, string message, Exception? exception)
        {
            StringBuilder line = Begin();
            line.Append(Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)).Append(' ');
            line.Append(NameOf(level).PadRight(5)).Append(' ');
            LogEscape.AppendText(line, sender);
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i].Key == "ConnectionId" && values[i].Value is object id)
                {
                    line.Append(" [");
                    LogEscape.AppendText(line, Show(id));
                    line.Append(']');
                    break;
                }
            }

            line.Append(": ");
            LogEscape.AppendText(line, message);
            if (exception is not null)
            {
                line.Append(" | ");
                LogEscape.AppendText(line, level >= LogLevel.Error ? exception.ToString() : exception.Message);
            }

            return End(line);
        }
    }

    /// <summary>A second since year 1, and how it is shown.</summary>
    private sealed record Second(long Number, string Text);
}
