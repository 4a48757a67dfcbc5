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
}
