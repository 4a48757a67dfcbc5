using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Keys;

/// <summary>The binary form of <c>openssh-key-v1</c> (OpenSSH PROTOCOL.key).</summary>
internal static class OpenSshKeyEnvelope
{
    //  byte[]    "openssh-key-v1\0"
    //  string    cipher name
    //  string    kdf name
    //  string    kdf options (bcrypt: string salt, uint32 rounds)
    //  uint32    number of keys
    //  string    public key blob
    //  string    private section, encrypted
    //  byte[]    tag, for a GCM cipher
    //
    //  private section:
    //  uint32    check
    //  uint32    check again
    //  …         key type and its fields
    //  string    comment
    //  byte[]    padding 1, 2, 3, … to the cipher's block size
    public const int MaxRounds = 1024;

    private const int WrittenRounds = 24;
    private const int SaltLength = 16;
    private const int MaxSaltLength = 64;
    private const int UnencryptedBlockSize = 8;
    private const string NoName = "none";
    private const string Bcrypt = "bcrypt";

    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    public static OpenSshPrivateKeyResult Read(ReadOnlySpan<byte> content, ReadOnlySpan<byte> passphrase)
    {
        if (!content.StartsWith(Magic))
        {
            return Malformed();
        }

        var reader = new OpenSshReader(content[Magic.Length..]);
        if (!reader.TryReadName(out string cipherName)
            || !reader.TryReadName(out string kdfName)
            || !reader.TryReadString(out ReadOnlySpan<byte> kdfOptions)
            || !reader.TryReadUInt32(out uint keys))
        {
            return Malformed();
        }

        if (keys != 1)
        {
            return Unsupported("The key file holds several keys; one is supported.");
        }

        if (!reader.TryReadString(out ReadOnlySpan<byte> publicBlob) || !reader.TryReadString(out ReadOnlySpan<byte> section))
        {
            return Malformed();
        }

        if (cipherName == NoName)
        {
            return kdfName == NoName && reader.IsAtEnd && section.Length % UnencryptedBlockSize == 0
                ? ReadSection(section, publicBlob, isEncrypted: false)
                : Malformed();
        }

        OpenSshKeyCipher? cipher = OpenSshKeyCipher.Find(cipherName);
        if (cipher is null)
        {
            return Unsupported($"The key file is encrypted by {cipherName}; supported are {OpenSshKeyCipher.Names}.");
        }

        if (kdfName != Bcrypt)
        {
            return Unsupported($"The key file derives its key by {kdfName}; supported is {Bcrypt}.");
        }

        ReadOnlySpan<byte> tag = reader.Rest;
        if (tag.Length != cipher.TagLength || section.Length % OpenSshKeyCipher.BlockSize != 0)
        {
            return Malformed();
        }

        if (passphrase.IsEmpty)
        {
            return OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.PassphraseRequired, "The key is encrypted; its passphrase is needed.");
        }

        return Decrypt(cipher, kdfOptions, passphrase, section, tag, publicBlob);
    }

    public static void Write(OpenSshWriter file, SshPrivateKey key, ReadOnlySpan<byte> passphrase)
    {
        bool encrypts = !passphrase.IsEmpty;
        OpenSshKeyCipher cipher = OpenSshKeyCipher.Default;
        Span<byte> salt = stackalloc byte[SaltLength];
        RandomNumberGenerator.Fill(salt);
        using var options = new OpenSshWriter();
        if (encrypts)
        {
            options.WriteString(salt);
            options.WriteUInt32(WrittenRounds);
        }

        using OpenSshWriter section = NewSection(key, encrypts ? OpenSshKeyCipher.BlockSize : UnencryptedBlockSize);
        if (encrypts)
        {
            using var keyAndIv = new SecretBytes(cipher.KeyLength + cipher.IvLength);
            BcryptPbkdf.Derive(passphrase, salt, WrittenRounds, keyAndIv.Span);
            OpenSshKeyCipher.EncryptDefault(keyAndIv.Span[..cipher.KeyLength], keyAndIv.Span[cipher.KeyLength..], section.Written);
        }

        file.WriteBytes(Magic);
        file.WriteString(encrypts ? cipher.Name : NoName);
        file.WriteString(encrypts ? Bcrypt : NoName);
        file.WriteString(options.Written);
        file.WriteUInt32(1);
        file.WriteString(key.PublicKey.Blob.Span);
        file.WriteString(section.Written);
    }

    private static OpenSshWriter NewSection(SshPrivateKey key, int blockSize)
    {
        var section = new OpenSshWriter();
        uint check = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(4));
        section.WriteUInt32(check);
        section.WriteUInt32(check);
        key.WritePrivateFields(section);
        section.WriteString(key.Comment);
        for (byte pad = 1; section.Written.Length % blockSize != 0; pad++)
        {
            section.WriteBytes([pad]);
        }

        return section;
    }

    private static OpenSshPrivateKeyResult Decrypt(
        OpenSshKeyCipher cipher, ReadOnlySpan<byte> kdfOptions, ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> section, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> publicBlob)
    {
        var options = new OpenSshReader(kdfOptions);
        if (!options.TryReadString(out ReadOnlySpan<byte> salt)
            || !options.TryReadUInt32(out uint rounds)
            || !options.IsAtEnd
            || salt.Length is 0 or > MaxSaltLength
            || rounds == 0)
        {
            return Malformed();
        }

        if (rounds > MaxRounds)
        {
            return Unsupported($"The key file wants {rounds} rounds of bcrypt; at most {MaxRounds} are supported.");
        }

        using var keyAndIv = new SecretBytes(cipher.KeyLength + cipher.IvLength);
        using var plain = new SecretBytes(section.Length);
        BcryptPbkdf.Derive(passphrase, salt, (int)rounds, keyAndIv.Span);
        return cipher.TryDecrypt(keyAndIv.Span[..cipher.KeyLength], keyAndIv.Span[cipher.KeyLength..], section, tag, plain.Span)
            ? ReadSection(plain.Span, publicBlob, isEncrypted: true)
            : WrongPassphrase();
    }

    private static OpenSshPrivateKeyResult ReadSection(ReadOnlySpan<byte> section, ReadOnlySpan<byte> publicBlob, bool isEncrypted)
    {
        var reader = new OpenSshReader(section);
        if (!reader.TryReadUInt32(out uint check) || !reader.TryReadUInt32(out uint again))
        {
            return Malformed();
        }

        if (check != again)
        {
            return isEncrypted ? WrongPassphrase() : Malformed();
        }

        OpenSshPrivateKeyResult result = OpenSshPrivateFields.Read(ref reader);
        if (result.Key is not { } key)
        {
            return result;
        }

        if (!key.PublicKey.Blob.Span.SequenceEqual(publicBlob) || !IsPadding(reader.Rest))
        {
            key.Dispose();
            return Malformed();
        }

        return result;
    }

    private static bool IsPadding(ReadOnlySpan<byte> rest)
    {
        for (int i = 0; i < rest.Length; i++)
        {
            if (rest[i] != i + 1)
            {
                return false;
            }
        }

        return rest.Length < OpenSshKeyCipher.BlockSize;
    }

    private static OpenSshPrivateKeyResult Malformed() =>
        OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Malformed, "The key file is damaged.");

    private static OpenSshPrivateKeyResult Unsupported(string message) =>
        OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Unsupported, message);

    private static OpenSshPrivateKeyResult WrongPassphrase() =>
        OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.WrongPassphrase, "The passphrase is wrong.");
}
