using System.Security.Cryptography;
using System.Text;

namespace Hpc.Crypto.Keys;

/// <summary>The fields of one key in the private section of <c>openssh-key-v1</c>, with its comment.</summary>
internal static class OpenSshPrivateFields
{
    private const int MaxCommentLength = 1024;
    private const int Ed25519Length = 32;
    private const string Ed25519 = "ssh-ed25519";
    private const string Rsa = "ssh-rsa";
    private const string EcdsaPrefix = "ecdsa-sha2-";

    public static OpenSshPrivateKeyResult Read(ref OpenSshReader reader)
    {
        if (!reader.TryReadName(out string keyType))
        {
            return Malformed();
        }

        try
        {
            SshPrivateKey? key;
            switch (keyType)
            {
                case Ed25519:
                    key = ReadEd25519(ref reader);
                    break;
                case Rsa:
                    key = ReadRsa(ref reader);
                    break;
                case EcdsaPrefix + "nistp256" or EcdsaPrefix + "nistp384" or EcdsaPrefix + "nistp521":
                    key = ReadEcdsa(ref reader, keyType[EcdsaPrefix.Length..]);
                    break;
                default:
                    return OpenSshPrivateKeyResult.Failed(
                        OpenSshKeyFileError.Unsupported,
                        $"The key type {keyType} is not supported; supported are ssh-ed25519, ecdsa-sha2-nistp256, -nistp384, -nistp521 and ssh-rsa.");
            }

            return key is null ? Malformed() : OpenSshPrivateKeyResult.Success(key);
        }
        catch (CryptographicException)
        {
            // Public and private half do not belong together, or are outside their bounds.
            return Malformed();
        }
    }

    //  string    public key
    //  string    seed, public key
    //  string    comment
    private static SshPrivateKey? ReadEd25519(ref OpenSshReader reader)
    {
        bool complete = reader.TryReadString(out ReadOnlySpan<byte> point)
            & reader.TryReadString(out ReadOnlySpan<byte> both)
            & TryReadComment(ref reader, out string comment);
        return complete && both.Length == 2 * Ed25519Length && both[Ed25519Length..].SequenceEqual(point)
            ? SshPrivateKeys.FromEd25519(both[..Ed25519Length], point, comment)
            : null;
    }

    //  string    curve
    //  string    Q
    //  mpint     d
    //  string    comment
    private static SshPrivateKey? ReadEcdsa(ref OpenSshReader reader, string curve)
    {
        bool complete = reader.TryReadName(out string inner)
            & reader.TryReadString(out ReadOnlySpan<byte> point)
            & reader.TryReadMagnitude(out ReadOnlySpan<byte> scalar)
            & TryReadComment(ref reader, out string comment);
        return complete && inner == curve ? SshPrivateKeys.FromEcdsa(curve, point, scalar, comment) : null;
    }

    //  mpint     n
    //  mpint     e
    //  mpint     d
    //  mpint     q^-1 mod p
    //  mpint     p
    //  mpint     q
    //  string    comment
    private static SshPrivateKey? ReadRsa(ref OpenSshReader reader)
    {
        bool complete = reader.TryReadMagnitude(out ReadOnlySpan<byte> n)
            & reader.TryReadMagnitude(out ReadOnlySpan<byte> e)
            & reader.TryReadMagnitude(out ReadOnlySpan<byte> d)
            & reader.TryReadMagnitude(out ReadOnlySpan<byte> iqmp)
            & reader.TryReadMagnitude(out ReadOnlySpan<byte> p)
            & reader.TryReadMagnitude(out ReadOnlySpan<byte> q)
            & TryReadComment(ref reader, out string comment);
        return complete ? SshPrivateKeys.FromRsa(n, e, d, p, q, iqmp, comment) : null;
    }

    private static bool TryReadComment(ref OpenSshReader reader, out string comment)
    {
        comment = "";
        if (!reader.TryReadString(out ReadOnlySpan<byte> bytes) || bytes.Length > MaxCommentLength)
        {
            return false;
        }

        comment = Encoding.UTF8.GetString(bytes);
        return true;
    }

    private static OpenSshPrivateKeyResult Malformed() =>
        OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Malformed, "The key file is damaged.");
}
