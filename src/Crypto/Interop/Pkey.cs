using System.Text;

namespace Hpc.Crypto.Interop;

/// <summary>Making and using EVP_PKEYs. Every call has a context of its own, so threads may share a key.</summary>
internal static unsafe class Pkey
{
    public static PkeyHandle? TryImportRawPublic(int type, ReadOnlySpan<byte> key)
    {
        fixed (byte* bytes = key)
        {
            return OrNull(LibCrypto.EVP_PKEY_new_raw_public_key(type, 0, bytes, (nuint)key.Length));
        }
    }

    public static PkeyHandle ImportRawPrivate(int type, ReadOnlySpan<byte> key)
    {
        fixed (byte* bytes = key)
        {
            PkeyHandle handle = LibCrypto.EVP_PKEY_new_raw_private_key(type, 0, bytes, (nuint)key.Length);
            LibCrypto.Require(!handle.IsInvalid, nameof(LibCrypto.EVP_PKEY_new_raw_private_key));
            return handle;
        }
    }

    public static byte[] RawPublic(PkeyHandle key, int length)
    {
        byte[] output = new byte[length];
        nuint written = (nuint)length;
        fixed (byte* bytes = output)
        {
            int done = LibCrypto.EVP_PKEY_get_raw_public_key(key, bytes, &written);
            LibCrypto.Require(done == 1 && written == (nuint)length, nameof(LibCrypto.EVP_PKEY_get_raw_public_key));
        }

        return output;
    }

    public static SecretBytes RawPrivate(PkeyHandle key, int length)
    {
        var output = new SecretBytes(length);
        nuint written = (nuint)length;
        fixed (byte* bytes = output.Span)
        {
            int done = LibCrypto.EVP_PKEY_get_raw_private_key(key, bytes, &written);
            LibCrypto.Require(done == 1 && written == (nuint)length, nameof(LibCrypto.EVP_PKEY_get_raw_private_key));
        }

        return output;
    }

    /// <summary>Imports a key of a type ("EC", "RSA") from its numbers; null if libcrypto does not accept them (a point off its curve, say).</summary>
    public static PkeyHandle? TryImport(string type, int selection, OsslParameterList parameters)
    {
        nint context = NewContext(type);
        try
        {
            nint key = 0;
            bool imported = LibCrypto.EVP_PKEY_fromdata_init(context) == 1
                && LibCrypto.EVP_PKEY_fromdata(context, &key, selection, parameters.Pointer) == 1;
            if (!imported)
            {
                LibCrypto.ERR_clear_error();
            }

            var handle = new PkeyHandle(key);
            return imported ? OrNull(handle) : null;
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    public static PkeyHandle GenerateEc(string group)
    {
        nint context = NewContext("EC");
        try
        {
            LibCrypto.Require(LibCrypto.EVP_PKEY_keygen_init(context) == 1, nameof(LibCrypto.EVP_PKEY_keygen_init));
            fixed (byte* name = Terminated(group))
            {
                LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_set_group_name(context, name) == 1, nameof(LibCrypto.EVP_PKEY_CTX_set_group_name));
            }

            return Generate(context);
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    public static PkeyHandle GenerateRsa(int bits)
    {
        nint context = NewContext("RSA");
        try
        {
            LibCrypto.Require(LibCrypto.EVP_PKEY_keygen_init(context) == 1, nameof(LibCrypto.EVP_PKEY_keygen_init));
            LibCrypto.Require(LibCrypto.EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1, nameof(LibCrypto.EVP_PKEY_CTX_set_rsa_keygen_bits));
            return Generate(context);
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    /// <summary>True if the public half belongs to the private one.</summary>
    public static bool IsPair(PkeyHandle key)
    {
        nint context = LibCrypto.EVP_PKEY_CTX_new(key, 0);
        LibCrypto.Require(context != 0, nameof(LibCrypto.EVP_PKEY_CTX_new));
        try
        {
            bool isPair = LibCrypto.EVP_PKEY_pairwise_check(context) == 1;
            LibCrypto.ERR_clear_error();
            return isPair;
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    public static byte[] EncodedPoint(PkeyHandle key)
    {
        byte* point = null;
        nuint length = LibCrypto.EVP_PKEY_get1_encoded_public_key(key, &point);
        LibCrypto.Require(length != 0, nameof(LibCrypto.EVP_PKEY_get1_encoded_public_key));
        byte[] copy = new ReadOnlySpan<byte>(point, (int)length).ToArray();
        LibCrypto.CRYPTO_free(point, null, 0);
        return copy;
    }

    /// <summary>One number of a key (d, a prime, …), big-endian without leading zeros.</summary>
    public static SecretBytes Number(PkeyHandle key, string name)
    {
        nint number = 0;
        fixed (byte* bytes = Terminated(name))
        {
            LibCrypto.Require(LibCrypto.EVP_PKEY_get_bn_param(key, bytes, &number) == 1, nameof(LibCrypto.EVP_PKEY_get_bn_param));
        }

        using var owned = new BigNumber(number);
        return owned.ToBytes();
    }

    /// <summary>The shared secret with a peer, or null if there is none (all-zero X25519, peer off the curve).</summary>
    public static SecretBytes? Derive(PkeyHandle own, PkeyHandle peer, int length)
    {
        nint context = LibCrypto.EVP_PKEY_CTX_new(own, 0);
        LibCrypto.Require(context != 0, nameof(LibCrypto.EVP_PKEY_CTX_new));
        try
        {
            LibCrypto.Require(LibCrypto.EVP_PKEY_derive_init(context) == 1, nameof(LibCrypto.EVP_PKEY_derive_init));
            var secret = new SecretBytes(length);
            nuint written = (nuint)length;
            fixed (byte* bytes = secret.Span)
            {
                if (LibCrypto.EVP_PKEY_derive_set_peer(context, peer) == 1
                    && LibCrypto.EVP_PKEY_derive(context, bytes, &written) == 1
                    && written == (nuint)length)
                {
                    return secret;
                }
            }

            LibCrypto.ERR_clear_error();
            secret.Dispose();
            return null;
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    /// <summary>Signs with a digest by OpenSSL's name, or none for Ed25519.</summary>
    public static byte[] Sign(PkeyHandle key, string? digest, ReadOnlySpan<byte> data)
    {
        nint context = LibCrypto.EVP_MD_CTX_new();
        LibCrypto.Require(context != 0, nameof(LibCrypto.EVP_MD_CTX_new));
        try
        {
            int ready = LibCrypto.EVP_DigestSignInit(context, null, digest is null ? 0 : Fetched.Digest(digest), 0, key);
            LibCrypto.Require(ready == 1, nameof(LibCrypto.EVP_DigestSignInit));
            nuint length = 0;
            fixed (byte* bytes = NotNull(data))
            {
                LibCrypto.Require(LibCrypto.EVP_DigestSign(context, null, &length, bytes, (nuint)data.Length) == 1, nameof(LibCrypto.EVP_DigestSign));
                byte[] signature = new byte[(int)length];
                fixed (byte* output = signature)
                {
                    LibCrypto.Require(LibCrypto.EVP_DigestSign(context, output, &length, bytes, (nuint)data.Length) == 1, nameof(LibCrypto.EVP_DigestSign));
                }

                return signature.AsSpan(0, (int)length).ToArray();
            }
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }

    public static bool Verify(PkeyHandle key, string? digest, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        nint context = LibCrypto.EVP_MD_CTX_new();
        LibCrypto.Require(context != 0, nameof(LibCrypto.EVP_MD_CTX_new));
        try
        {
            int ready = LibCrypto.EVP_DigestVerifyInit(context, null, digest is null ? 0 : Fetched.Digest(digest), 0, key);
            LibCrypto.Require(ready == 1, nameof(LibCrypto.EVP_DigestVerifyInit));
            fixed (byte* bytes = NotNull(data))
            fixed (byte* signatureBytes = NotNull(signature))
            {
                bool verified = LibCrypto.EVP_DigestVerify(context, signatureBytes, (nuint)signature.Length, bytes, (nuint)data.Length) == 1;
                if (!verified)
                {
                    LibCrypto.ERR_clear_error();
                }

                return verified;
            }
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }

    private static PkeyHandle Generate(nint context)
    {
        nint key = 0;
        LibCrypto.Require(LibCrypto.EVP_PKEY_generate(context, &key) == 1, nameof(LibCrypto.EVP_PKEY_generate));
        return new PkeyHandle(key);
    }

    private static nint NewContext(string type)
    {
        fixed (byte* name = Terminated(type))
        {
            nint context = LibCrypto.EVP_PKEY_CTX_new_from_name(0, name, null);
            LibCrypto.Require(context != 0, nameof(LibCrypto.EVP_PKEY_CTX_new_from_name));
            return context;
        }
    }

    private static PkeyHandle? OrNull(PkeyHandle handle)
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        LibCrypto.ERR_clear_error();
        handle.Dispose();
        return null;
    }

    // An empty span pins as a null pointer, which libcrypto takes for "no argument".
    private static ReadOnlySpan<byte> NotNull(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "\0"u8 : bytes;

    private static byte[] Terminated(string name) => Encoding.ASCII.GetBytes(name + '\0');
}
