using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Server;

internal sealed partial class SshServerConnection
{
    // Verification runs before anybody is known: a quarter of a millisecond at the most.
    private const int MaxRsaBits = 8192;

    private void OnPublicKey(string userName, ReadOnlySpan<byte> rawUser, WireReader reader)
    {
        //  boolean   has signature
        //  string    public key algorithm name
        //  string    public key blob
        //  string    signature (if there is one)
        ReadOnlySpan<byte> signature = default;
        bool isComplete = reader.TryReadBoolean(out bool isSigned) & reader.TryReadName(64, out string algorithm) & reader.TryReadString(out ReadOnlySpan<byte> blob);
        if (!isComplete || (isSigned && !reader.TryReadString(out signature)) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthRequest);
        }

        byte[] key = blob.ToArray();
        string? fault = CheckKey(rawUser, algorithm, key, isSigned, signature);
        if (fault is not null)
        {
            Refuse(userName, LoginMethod.PublicKey, fault);
            return;
        }

        LoginAttempt attempt = NewAttempt(userName, LoginMethod.PublicKey) with { PublicKey = key, PossessionProven = isSigned };
        WaitFor(JudgeAsync(attempt, null, isSigned ? null : KeyAnswer(algorithm, key)));
    }

    private string? CheckKey(ReadOnlySpan<byte> rawUser, string algorithm, byte[] blob, bool isSigned, ReadOnlySpan<byte> signature)
    {
        if (!_authentication.PublicKeyAlgorithms.Contains(algorithm))
        {
            return $"key algorithm {algorithm} is not accepted";
        }

        if (!SshPublicKeys.TryParse(blob, out SshPublicKey? key))
        {
            return "malformed public key";
        }

        using (key)
        {
            if (!IsAlgorithmOf(key.KeyType, algorithm))
            {
                return $"a key of type {key.KeyType} cannot sign with {algorithm}";
            }

            if (key.Bits > MaxRsaBits)
            {
                return $"RSA keys of more than {MaxRsaBits} bits are not accepted";
            }

            return !isSigned || key.Verify(algorithm, SignedData(rawUser, algorithm, blob), signature) ? null : "the signature does not verify";
        }
    }

    private static bool IsAlgorithmOf(string keyType, string algorithm) =>
        keyType == "ssh-rsa" ? algorithm is "rsa-sha2-512" or "rsa-sha2-256" or "ssh-rsa" : keyType == algorithm;

    /// <summary>What the client signs (RFC 4252 §7): bound to this session, user and algorithm.</summary>
    private byte[] SignedData(ReadOnlySpan<byte> rawUser, string algorithm, byte[] blob)
    {
        var data = new byte[4 + SessionId.Length + 1 + 4 + rawUser.Length + 64 + algorithm.Length + blob.Length];
        var writer = new WireWriter(data);
        writer.WriteString(SessionId);
        writer.WriteByte((byte)MessageNumber.UserauthRequest);
        writer.WriteString(rawUser);
        writer.WriteString("ssh-connection"u8);
        writer.WriteString("publickey"u8);
        writer.WriteBoolean(true);
        writer.WriteString(algorithm);
        writer.WriteString(blob);
        return writer.Written.ToArray();
    }

    /// <summary>SSH_MSG_USERAUTH_PK_OK (RFC 4252 §7).</summary>
    private static byte[] KeyAnswer(string algorithm, byte[] blob)
    {
        var payload = new byte[1 + 4 + algorithm.Length + 4 + blob.Length];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.UserauthMethod60);
        writer.WriteString(algorithm);
        writer.WriteString(blob);
        return payload;
    }
}
