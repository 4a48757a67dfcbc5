using System.Net;
using Hpc.Crypto.Keys;

namespace Hpc.Crypto.Tests.KeyFiles;

public sealed class AuthorizedKeysLineTests : IDisposable
{
    private readonly SshPrivateKey _key = SshPrivateKeys.Generate("ssh-ed25519");

    private string Line => OpenSshPublicKey.Format(_key.PublicKey);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData(" user@host", "user@host")]
    [InlineData("   several words here  ", "several words here")]
    public void A_line_gives_its_blob_and_its_comment(string suffix, string comment)
    {
        AuthorizedKeysLine.TryParse(Line + suffix, out ReadOnlyMemory<byte> blob, out string found, out string? error).ShouldBeTrue(error);
        blob.ToArray().ShouldBe(_key.PublicKey.Blob.ToArray());
        found.ShouldBe(comment);
    }

    [Theory]
    [InlineData("restrict")]
    [InlineData("no-pty,no-port-forwarding,no-X11-forwarding,no-agent-forwarding,no-user-rc")]
    [InlineData("restrict,pty")]
    public void Options_that_change_nothing_here_are_passed_over(string options) =>
        AuthorizedKeysLine.TryParse($"{options} {Line} c", out ReadOnlyMemory<byte> _, out _, out _).ShouldBeTrue();

    [Theory]
    [InlineData("command=\"/bin/true\"", "command")]
    [InlineData("restrict,command=\"a \\\" b, c\"", "command")]
    [InlineData("cert-authority", "cert-authority")]
    [InlineData("expiry-time=\"20300101\"", "expiry-time")]
    [InlineData("environment=\"A=b\"", "environment")]
    [InlineData("from=\"*.example.org\"", "*.example.org")]
    [InlineData("from=\"192.0.2.0/33\"", "192.0.2.0/33")]
    [InlineData("from=\"\"", "''")]
    [InlineData("from=\"192.0.2.1", "from")]
    [InlineData("from", "from")]
    [InlineData("from=\"192.0.2.1\",from=\"192.0.2.2\"", "once")]
    [InlineData("\"quoted\"", "quoted")]
    [InlineData(",", ",")]
    public void An_option_that_is_not_supported_is_named(string options, string named)
    {
        AuthorizedKeysLine.TryParse($"{options} {Line}", out AuthorizedKeysLine? key, out string? error).ShouldBeFalse();
        key.ShouldBeNull();
        error!.ShouldContain(named);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.0/24", "192.0.2.200", true)]
    [InlineData("192.0.2.0/24,!192.0.2.7", "192.0.2.7", false)]
    [InlineData("!192.0.2.7,192.0.2.0/24", "192.0.2.7", false)]
    [InlineData("!192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::/32,10.0.0.1", "2001:db8::1", true)]
    [InlineData("2001:db8::/32,10.0.0.1", "10.0.0.1", true)]
    [InlineData("2001:db8::/32,10.0.0.1", "::1", false)]
    public void From_limits_the_addresses(string from, string address, bool allowed)
    {
        AuthorizedKeysLine.TryParse($"from=\"{from}\" {Line}", out AuthorizedKeysLine? key, out string? error).ShouldBeTrue(error);
        key!.HasSources.ShouldBeTrue();
        key.AllowsSource(IPAddress.Parse(address)).ShouldBe(allowed);
    }

    [Fact]
    public void From_is_refused_where_it_would_be_lost()
    {
        AuthorizedKeysLine.TryParse($"from=\"10.0.0.1\" {Line}", out ReadOnlyMemory<byte> blob, out _, out string? error).ShouldBeFalse();
        blob.IsEmpty.ShouldBeTrue();
        error!.ShouldContain("from");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("# comment")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 !!!!")]
    [InlineData("ssh-ed25519 AAAA")]
    [InlineData("ssh-dss AAAAB3NzaC1kc3MAAACBAA==")]
    [InlineData("sk-ssh-ed25519@openssh.com AAAA")]
    [InlineData("ssh-ed25519-cert-v01@openssh.com AAAA")]
    [InlineData("restrict")]
    [InlineData("restrict ")]
    [InlineData("restrict,")]
    [InlineData("\0")]
    [InlineData("a\nb")]
    public void Anything_else_is_an_error_with_a_sentence(string line)
    {
        AuthorizedKeysLine.TryParse(line, out AuthorizedKeysLine? key, out string? error).ShouldBeFalse();
        key.ShouldBeNull();
        error.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_type_that_differs_from_the_one_in_the_blob_is_refused() =>
        AuthorizedKeysLine.TryParse(Line.Replace("ssh-ed25519 ", "ssh-rsa ", StringComparison.Ordinal), out AuthorizedKeysLine? _, out _).ShouldBeFalse();

    [Fact]
    public void A_second_line_does_not_hide_in_the_first() =>
        AuthorizedKeysLine.TryParse($"{Line} comment\n{Line}", out AuthorizedKeysLine? _, out _).ShouldBeFalse();
}
