using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Hpc.Crypto.Keys;

namespace Hpc.Crypto.Tests.Keys;

/// <summary>Signatures exchanged with OpenSSH's ssh-keygen (PROTOCOL.sshsig).</summary>
public sealed class OpenSshSignatureTests
{
    private const string Namespace = "file";

    [Theory]
    [InlineData("ed25519", "256")]
    [InlineData("ecdsa", "256")]
    [InlineData("ecdsa", "384")]
    [InlineData("ecdsa", "521")]
    [InlineData("rsa", "2048")]
    public void What_ssh_keygen_signs_is_verified(string type, string bits)
    {
        using var folder = new Folder();
        Run(folder, "-q", "-t", type, "-b", bits, "-N", "", "-C", "c", "-f", folder.File("key"));
        byte[] message = RandomNumberGenerator.GetBytes(500);
        File.WriteAllBytes(folder.File("message"), message);
        Run(folder, "-q", "-Y", "sign", "-f", folder.File("key"), "-n", Namespace, folder.File("message"));

        string armored = File.ReadAllText(folder.File("message.sig"));
        byte[] signature = Convert.FromBase64String(string.Concat(armored.Split('\n').Where(line => !line.StartsWith('-'))));
        var reader = new KeyBlobReader(signature.AsSpan(10));
        reader.TryReadString(out ReadOnlySpan<byte> blob).ShouldBeTrue();
        Encoding.ASCII.GetString(Next(ref reader)).ShouldBe(Namespace);
        Next(ref reader).Length.ShouldBe(0);
        string hash = Encoding.ASCII.GetString(Next(ref reader));
        ReadOnlySpan<byte> inner = Next(ref reader);

        Convert.ToBase64String(blob).ShouldBe(File.ReadAllText(folder.File("key.pub")).Split(' ')[1]);
        SshPublicKeys.TryParse(blob, out SshPublicKey? key).ShouldBeTrue();
        using (key)
        {
            string algorithm = type == "rsa" ? "rsa-sha2-512" : key!.KeyType;
            key!.Verify(algorithm, Signed(hash, message), inner).ShouldBeTrue();
            message[0] ^= 1;
            key.Verify(algorithm, Signed(hash, message), inner).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("ssh-ed25519")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-sha2-nistp384")]
    [InlineData("ecdsa-sha2-nistp521")]
    [InlineData("ssh-rsa")]
    public void What_is_signed_ssh_keygen_verifies(string type)
    {
        using var folder = new Folder();
        using SshPrivateKey key = SshPrivateKeys.Generate(type, 2048);
        byte[] message = RandomNumberGenerator.GetBytes(500);

        var signature = new ArrayBufferWriter<byte>();
        signature.Write("SSHSIG\0\0\0\u0001"u8);
        signature.WriteString(key.PublicKey.Blob.Span);
        signature.WriteString(Namespace);
        signature.WriteString("");
        signature.WriteString("sha512");
        signature.WriteString(key.Sign(key.Algorithms[0], Signed("sha512", message)));
        string encoded = Convert.ToBase64String(signature.WrittenSpan, Base64FormattingOptions.InsertLineBreaks).Replace("\r", "", StringComparison.Ordinal);
        File.WriteAllText(folder.File("message.sig"), $"-----BEGIN SSH SIGNATURE-----\n{encoded}\n-----END SSH SIGNATURE-----\n");
        File.WriteAllText(folder.File("signers"), $"me {type} {Convert.ToBase64String(key.PublicKey.Blob.Span)}\n");
        Run(folder, message, "-Y", "verify", "-f", folder.File("signers"), "-I", "me", "-n", Namespace, "-s", folder.File("message.sig"))
            .ShouldContain("Good");
    }

    private static byte[] Signed(string hash, byte[] message)
    {
        var signed = new ArrayBufferWriter<byte>();
        signed.Write("SSHSIG"u8);
        signed.WriteString(Namespace);
        signed.WriteString("");
        signed.WriteString(hash);
        signed.WriteString(hash == "sha256" ? SHA256.HashData(message) : SHA512.HashData(message));
        return signed.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> Next(ref KeyBlobReader reader)
    {
        reader.TryReadString(out ReadOnlySpan<byte> value).ShouldBeTrue();
        return value;
    }

    private static void Run(Folder folder, params string[] arguments) => Run(folder, [], arguments);

    private static string Run(Folder folder, byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("ssh-keygen", arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process? process = Start(start);
        Assert.SkipWhen(process is null, "ssh-keygen is not installed.");
        process!.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, output);
        return output;
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("hpc-crypto-").FullName;

        public string File(string name) => System.IO.Path.Combine(Path, name);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
