using System.Text.Json;
using Hpc.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Tests.Logging;

public class LogFormatterTests
{
    private readonly LogFormatter _json = LogFormatter.Json(new FixedTime(), utc: true);
    private readonly LogFormatter _text = LogFormatter.Text(new FixedTime(), utc: true);

    [Fact]
    public void A_line_has_level_time_sender_connection_and_message_first() =>
        _json.Format(LogLevel.Information, "sshd", [new("ConnectionId", "c1"), new("UserName", "ann"), new("Tries", 3), new("IsNew", true), new("{OriginalFormat}", "x")], "hello", null)
            .ShouldBe("""{"level":"info","time":"2026-03-04T05:06:07.089","sender":"sshd","connection_id":"c1","message":"hello","user_name":"ann","tries":3,"is_new":true}""");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_time_of_every_line_is_that_of_the_clock(bool utc)
    {
        var random = new Random(20261122);
        var time = new SteppedTime { Now = new DateTimeOffset(2026, 10, 25, 0, 59, 58, TimeSpan.Zero) };
        LogFormatter formatter = LogFormatter.Json(time, utc);
        for (int i = 0; i < 2000; i++)
        {
            // Forth, and now and then back.
            time.Now += TimeSpan.FromTicks(random.NextInt64(-TimeSpan.TicksPerSecond, 3 * TimeSpan.TicksPerSecond));
            DateTime shown = utc ? time.Now.UtcDateTime : time.GetLocalNow().DateTime;
            JsonDocument.Parse(formatter.Format(LogLevel.Information, "s", [], "m", null)).RootElement.GetProperty("time").GetString()
                .ShouldBe(shown.ToString("yyyy-MM-ddTHH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Numbers_are_the_same_in_every_language()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        var other = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NegativeSign = "\u2212";
        System.Globalization.CultureInfo.CurrentCulture = other;
        try
        {
            _json.Format(LogLevel.Information, "s", [new("A", -1L), new("B", ulong.MaxValue), new("C", long.MinValue), new("D", (byte)7), new("E", -1.5)], "m", null)
                .ShouldEndWith("""
                    "a":-1,"b":18446744073709551615,"c":-9223372036854775808,"d":7,"e":-1.5}
                    """);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(LogLevel.Trace, "debug")]
    [InlineData(LogLevel.Debug, "debug")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "error")]
    [InlineData(LogLevel.Critical, "error")]
    public void Levels_have_four_names(LogLevel level, string name) =>
        JsonDocument.Parse(_json.Format(level, "s", [], "m", null)).RootElement.GetProperty("level").GetString().ShouldBe(name);

    [Theory]
    [InlineData("line\r\nbreak")]
    [InlineData("\u001b[31mred")]
    [InlineData("nul\0")]
    [InlineData("c1\u0085\u009b")]
    [InlineData("turned\u202e\u2066")]
    [InlineData("separator\u2028\u2029")]
    [InlineData("half\udc80pair")]
    [InlineData("\u007f")]
    [InlineData("zero\u200bwidth\ufeff")]
    public void Nothing_that_a_peer_sends_controls_the_reader(string value)
    {
        foreach (LogFormatter formatter in new[] { _json, _text })
        {
            string line = formatter.Format(LogLevel.Information, "s", [new("Name", value)], value, null);
            line.ShouldAllBe(c => !char.IsControl(c) && !char.IsSurrogate(c) && c != '\u202e' && c != '\u2066' && c != '\u2028' && c != '\u2029' && c != '\u200b' && c != '\ufeff');
        }
    }

    [Fact]
    public void A_json_line_says_exactly_what_was_given()
    {
        const string Value = "quote \" backslash \\ tab \t emoji 😀 ü";
        string line = _json.Format(LogLevel.Information, "s", [new("Name", Value)], Value, null);
        JsonElement root = JsonDocument.Parse(line).RootElement;
        root.GetProperty("message").GetString().ShouldBe(Value);
        root.GetProperty("name").GetString().ShouldBe(Value);
        line.ShouldContain("😀 ü");
    }

    [Fact]
    public void An_exception_stands_on_the_same_line()
    {
        string line = _json.Format(LogLevel.Error, "s", [], "m", new InvalidOperationException("two\nlines"));
        line.ShouldNotContain("\n");
        JsonDocument.Parse(line).RootElement.GetProperty("exception").GetString()!.ShouldContain("two\nlines");
    }

    [Fact]
    public void Text_is_short_and_names_the_connection() =>
        _text.Format(LogLevel.Warning, "sshd", [new("ConnectionId", "c1"), new("Other", 1)], "hello", null).ShouldBe("05:06:07.089 warn  sshd [c1]: hello");

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);
    }

    /// <summary>Where summer ends at 1:00 UTC on 25 October 2026.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone(
            "t", TimeSpan.FromHours(1), "t", "t", "s",
            [TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 29),
                TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 25))]);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
