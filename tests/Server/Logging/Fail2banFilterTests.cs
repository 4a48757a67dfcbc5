using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hpc.Server.Logging;
using Hpc.Server.Tests.Support;
using Hpc.SshProtocol.Ssh.Server;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Tests.Logging;

/// <summary>The filter of docs/operating.md against lines as the server writes them.</summary>
public sealed partial class Fail2banFilterTests
{
    private static readonly Regex Filter = FilterOf(File.ReadAllText(OperatingGuide()));

    [Theory]
    [InlineData("password")]
    [InlineData("keyboard-interactive")]
    public async Task A_refused_password_names_its_address(string method) =>
        HostOf(await LineAsync("203.0.113.9", "root", method)).ShouldBe("203.0.113.9");

    [Fact]
    public async Task An_address_may_be_of_version_6() =>
        HostOf(await LineAsync("2001:db8::7", "root", "password")).ShouldBe("2001:db8::7");

    [Fact]
    public async Task A_refused_key_does_not_count() =>
        Matches(await LineAsync("203.0.113.9", "root", "publickey")).ShouldBeEmpty();

    [Theory]
    [InlineData("""x","client_ip":"198.51.100.1","username":"y","login_type":"password""")]
    [InlineData("""x\","client_ip":"198.51.100.1","username":"y","login_type":"password""")]
    [InlineData("""x\\","client_ip":"198.51.100.1","username":"y","login_type":"password"}""")]
    [InlineData("x\n{\"level\":\"info\",,\"sender\":\"connection_failed\",\"message\":\"\",\"client_ip\":\"198.51.100.1\",\"username\":\"y\",\"login_type\":\"password\"")]
    public async Task No_name_bans_another_address(string name)
    {
        HostOf(await LineAsync("203.0.113.9", name, "password")).ShouldBe("203.0.113.9");
        Matches(await LineAsync("203.0.113.9", name, "publickey")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_lines_with_an_address_do_not_count()
    {
        string line = await LineAsync("203.0.113.9", "root", "password");
        Matches(line.Replace("\"sender\":\"connection_failed\"", "\"sender\":\"login\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    // fail2ban takes what the date pattern found out of a line before it looks for a failure; tools that only try the expression do not.
    private static IReadOnlyList<Match> Matches(string line) =>
        [.. new[] { line, Date().Replace(line, "", 1) }.SelectMany(form => form.Split('\n')).Select(part => Filter.Match(part)).Where(match => match.Success)];

    private static string HostOf(string line)
    {
        IReadOnlyList<Match> matches = Matches(line);
        matches.Count.ShouldBe(2, line);
        return matches.Select(match => match.Groups["host"].Value).Distinct().ShouldHaveSingleItem();
    }

    // SshLog.LoginRefused is where the line is made; it is internal to its project.
    private static async Task<string> LineAsync(string address, string name, string method)
    {
        using var directory = new TemporaryDirectory();
        var logs = new HpcLoggerProvider(LogFormatter.Json(TimeProvider.System, utc: false), new RollingFileSink(directory["hpc.log"], 0, 0), LogLevel.Information);
        await using (logs)
        {
            using ILoggerFactory loggers = LoggerFactory.Create(builder => builder.AddProvider(logs));
            MethodInfo refused = typeof(SshServerProtocol).Assembly.GetType("Hpc.SshProtocol.Ssh.SshLog", throwOnError: true)!
                .GetMethod("LoginRefused", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).ShouldNotBeNull();
            refused.Invoke(null, [loggers.CreateLogger<SshServerProtocol>(), "connection_failed", IPAddress.Parse(address), name, method, "SSH", "c17", "the password is wrong"]);
        }

        return File.ReadAllText(directory["hpc.log"]).TrimEnd('\n');
    }

    private static Regex FilterOf(string guide)
    {
        string expression = FailRegex().Match(guide).Groups[1].Value;
        expression.ShouldContain("<HOST>");
        return new Regex(expression.Replace("<HOST>", "(?<host>[0-9a-fA-F:.]+)", StringComparison.Ordinal), RegexOptions.CultureInvariant);
    }

    private static string OperatingGuide([CallerFilePath] string thisFile = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory, Path.GetDirectoryName(thisFile)! })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Hpc.sln")))
                {
                    return Path.Combine(folder.FullName, "docs", "operating.md");
                }
            }
        }

        throw new DirectoryNotFoundException("No Hpc.sln above the test's output, the current directory or this source file.");
    }

    [GeneratedRegex(@"^failregex = (.+)$", RegexOptions.Multiline)]
    private static partial Regex FailRegex();

    [GeneratedRegex("\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]+\"")]
    private static partial Regex Date();
}
