using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Exec;

namespace Hpc.Properties.Tests.Ssh;

public sealed class CommandLineProperties
{
    private const string Special = "ab \t'\"\\$`;&|<>()*?[\n\r\0-_/.~#";

    private static readonly Gen<string[]> Words = Gen.Choose(1, 6).SelectMany(static count => Gen.ArrayOf(Generators.TextOf("ab \t\"\\$`;&|<>()*?[-/é", 12), count));

    [Fact]
    public void Words_in_single_quotes_are_read_back_as_they_are() =>
        Verify.ForAll(Words, static words =>
        {
            string line = string.Join(' ', words.Select(static word => $"'{word}'"));
            CommandLine.TryParse(Encoding.UTF8.GetBytes(line), out List<byte[]> read).ShouldBeTrue();
            read.Select(Encoding.UTF8.GetString).ShouldBe(words);
        });

    [Fact]
    public void Any_line_is_taken_apart_or_refused() =>
        Verify.ForAll(Generators.TextOf(Special, 60), static line =>
        {
            if (CommandLine.TryParse(Encoding.UTF8.GetBytes(line), out List<byte[]> words))
            {
                words.ShouldNotBeEmpty();
                _ = CommandLine.NameOf(words);
                words.SelectMany(static word => word).ShouldNotContain((byte)0);
            }
        });

    [Fact]
    public void Random_bytes_never_throw() => Verify.ForAll(Generators.Bytes, static bytes => { _ = CommandLine.TryParse(bytes, out _); });

    [Fact]
    public void Nothing_that_a_shell_would_run_gets_through_unquoted() =>
        Verify.ForAll(
            Generators.TextOf("abc ", 10).Zip(Gen.Elements(";&|<>()`$*?[\n\r\0".ToCharArray()), static (text, bad) => (text, bad)),
            static value => CommandLine.TryParse(Encoding.UTF8.GetBytes($"x {value.text}{value.bad} y"), out _).ShouldBeFalse());
}
