namespace Hpc.Crypto.Packets;

/// <summary>What a packet cipher needs as key material.</summary>
/// <param name="Name">SSH name, as in KEXINIT.</param>
/// <param name="KeyLength">Encryption key, bytes (64 for chacha20-poly1305@openssh.com).</param>
/// <param name="IvLength">Initial IV, bytes (0 for chacha20-poly1305@openssh.com).</param>
/// <param name="BlockSize">Cipher block size, bytes.</param>
/// <param name="IsAead">True if it authenticates by itself and no MAC is negotiated.</param>
public sealed record CipherInfo(string Name, int KeyLength, int IvLength, int BlockSize, bool IsAead);

/// <summary>What a MAC needs as key material.</summary>
/// <param name="Name">SSH name, as in KEXINIT.</param>
/// <param name="KeyLength">Key, bytes.</param>
/// <param name="TagLength">Tag, bytes.</param>
/// <param name="IsEncryptThenMac">True for the <c>-etm@openssh.com</c> forms.</param>
public sealed record MacInfo(string Name, int KeyLength, int TagLength, bool IsEncryptThenMac);
