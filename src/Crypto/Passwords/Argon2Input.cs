namespace Hpc.Crypto.Passwords;

/// <summary>What argon2id hashes. Secret and associated data are empty in password hashes; RFC 9106's test vectors have them.</summary>
internal readonly ref struct Argon2Input(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt)
{
    public ReadOnlySpan<byte> Password { get; } = password;

    public ReadOnlySpan<byte> Salt { get; } = salt;

    public ReadOnlySpan<byte> Secret { get; init; }

    public ReadOnlySpan<byte> AssociatedData { get; init; }
}
