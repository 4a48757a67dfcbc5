using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hpc.Crypto.Keys;
using Hpc.Properties.Tests.Support;

namespace Hpc.Properties.Tests.Crypto;

public sealed class KeyProperties : IDisposable
{
    private static readonly string[] Types = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp521", "ssh-rsa"];

    private readonly SshPrivateKey[] _keys = [.. Types.Select(static type => SshPrivateKeys.Generate(type, type == "ssh-rsa" ? 2048 : 0, "somebody@example.org"))];

    public void Dispose()
    {
        foreach (SshPrivateKey key in _keys)
        {
            key.Dispose();
        }
    }

    [Fact]
    public void A_damaged_public_key_is_refused_or_another_key() =>
        EachKey(static key => Verify.ForAll(Generators.Damaged(key.PublicKey.Blob.ToArray()), static blob =>
        {
            if (SshPublicKeys.TryParse(blob, out SshPublicKey? read))
            {
                using (read)
                {
                    read!.Blob.ToArray().ShouldBe(blob);
                }
            }
        }));

    [Fact]
    public void Random_bytes_are_no_public_key() =>
        Verify.ForAll(Generators.Bytes, static blob => SshPublicKeys.TryParse(blob, out _).ShouldBeFalse());

    [Fact]
    public void A_damaged_signature_never_verifies_and_never_throws()
    {
        byte[] data = "what is signed"u8.ToArray();
        EachKey(key =>
        {
            string algorithm = key.Algorithms[0];
            byte[] signature = key.Sign(algorithm, data);
            key.PublicKey.Verify(algorithm, data, signature).ShouldBeTrue();
            Verify.ForAll(Generators.Damaged(signature).Where(bytes => !bytes.AsSpan().SequenceEqual(signature)), bytes => key.PublicKey.Verify(algorithm, data, bytes).ShouldBeFalse());
        });
    }

    [Fact]
    public void A_key_line_is_read_back_and_damage_never_throws()
    {
        EachKey(key =>
        {
            string line = OpenSshPublicKey.Format(key.PublicKey, "a comment");
            AuthorizedKeysLine.TryParse(line, out AuthorizedKeysLine? read, out _).ShouldBeTrue();
            read!.Blob.Span.SequenceEqual(key.PublicKey.Blob.Span).ShouldBeTrue();
            read.Comment.ShouldBe("a comment");
            Verify.ForAll(Generators.Damaged(Encoding.ASCII.GetBytes(line)), static bytes => ParseLine(Encoding.Latin1.GetString(bytes)));
        });
    }

    [Fact]
    public void Options_in_front_of_a_key_never_throw_and_are_never_dropped_silently()
    {
        string key = OpenSshPublicKey.Format(_keys[0].PublicKey);
        Gen<string> options = Gen.OneOf(
            Generators.TextOf("from=\",.*!\\ /0123456789abcdef:restrict-pty", 40),
            Gen.Choose(1, 4).SelectMany(static count => Gen.ArrayOf(
                Gen.Elements("restrict", "no-pty", "from=\"10.0.0.0/8,!10.1.1.1\"", "from=\"::1\"", "from=\"*.example.org\"", "command=\"rm\"", "expiry-time=\"20200101\"", "cert-authority", "from=\"", "", ","), count))
                .Select(static parts => string.Join(',', parts)));
        Verify.ForAll(options, text =>
        {
            if (text.Length > 0 && ParseLine($"{text} {key}") is { } line)
            {
                text.ShouldNotContain("command=");
                text.ShouldNotContain("cert-authority");
                line.HasSources.ShouldBe(text.Contains("from=", StringComparison.OrdinalIgnoreCase));
            }
        });
    }

    [Fact]
    public void A_damaged_private_key_file_is_refused_or_read_and_never_throws() =>
        EachKey(static key =>
        {
            byte[] file = Encoding.ASCII.GetBytes(OpenSshPrivateKeyFile.Write(key));
            Verify.ForAll(Generators.Damaged(file), static bytes => ReadFile(Encoding.Latin1.GetString(bytes)));
        });

    [Fact]
    public void Damage_inside_a_private_key_file_never_throws() =>
        EachKey(static key =>
        {
            string[] lines = OpenSshPrivateKeyFile.Write(key).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            byte[] content = Convert.FromBase64String(string.Concat(lines[1..^1]));
            Verify.ForAll(Generators.Damaged(content), bytes => ReadFile($"{lines[0]}\n{Convert.ToBase64String(bytes)}\n{lines[^1]}\n"));
        });

    [Fact]
    public void Any_content_under_any_label_never_throws() =>
        Verify.ForAll(
            Generators.Bytes.Zip(Gen.Elements("OPENSSH PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "X"), static (bytes, label) => (bytes, label)),
            static value => ReadFile($"-----BEGIN {value.label}-----\n{Convert.ToBase64String(value.bytes)}\n-----END {value.label}-----\n"));

    private static AuthorizedKeysLine? ParseLine(string text)
    {
        bool isKey = AuthorizedKeysLine.TryParse(text, out AuthorizedKeysLine? line, out string? error);
        isKey.ShouldBe(line is not null);
        isKey.ShouldBe(error is null);
        _ = line?.AllowsSource(IPAddress.Loopback);
        return line;
    }

    private static void ReadFile(string text)
    {
        OpenSshPrivateKeyResult result = OpenSshPrivateKeyFile.Read(text, "no"u8);
        (result.Key is not null || result.Message is { Length: > 0 }).ShouldBeTrue();
        result.Key?.Dispose();
    }

    private void EachKey(Action<SshPrivateKey> verify)
    {
        foreach (SshPrivateKey key in _keys)
        {
            verify(key);
        }
    }
}
