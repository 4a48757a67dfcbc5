namespace Hpc.Crypto.Gcm;

/// <summary>A known answer, in hexadecimal.</summary>
internal sealed partial record GcmVector(string Key, string Nonce, string Aad, string Plain, string Cipher, string Tag)
{
    private const string LongPlain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    private const string LongAad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    private const string LongNonce = "cafebabefacedbaddecaf888";

    // As long as it takes to reach every loop: those of 512 bits begin at 256 bytes.
    private static readonly string RepeatedPlain = string.Concat(Enumerable.Repeat(LongPlain + "1aafd255", 12)) + LongPlain;

    /// <summary>
    /// McGrew and Viega, The Galois/Counter Mode of Operation, appendix B: test cases 1–4 and 13–16. Then, for each key size, their cases 4 and 16 with
    /// the 64 bytes of cases 3 and 15 twelve times before the plaintext (828 bytes); they publish none of that length, so what is expected was computed
    /// by OpenSSL 3.0.19 and again by a byte-by-byte AES and a bit-by-bit GHASH written from FIPS 197 and SP 800-38D, which agreed.
    /// </summary>
    public static IReadOnlyList<GcmVector> All { get; } =
    [
        new(new('0', 32), new('0', 24), "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"),
        new(new('0', 32), new('0', 24), "", new('0', 32), "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf"),
        new(
            "feffe9928665731c6d6a8f9467308308",
            LongNonce,
            "",
            LongPlain + "1aafd255",
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
            "4d5c2af327cd64a62cf35abd2ba6fab4"),
        new(
            "feffe9928665731c6d6a8f9467308308",
            LongNonce,
            LongAad,
            LongPlain,
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
            "5bc94fbc3221a5db94fae95ae7121a47"),
        new(new('0', 64), new('0', 24), "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        new(new('0', 64), new('0', 24), "", new('0', 32), "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
        new(
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            LongNonce,
            "",
            LongPlain + "1aafd255",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
            "b094dac5d93471bdec1a502270e3cc6c"),
        new(
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            LongNonce,
            LongAad,
            LongPlain,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"),
        new("feffe9928665731c6d6a8f9467308308", LongNonce, LongAad, RepeatedPlain, Long128Cipher, "61f15cb1ee5ecf4e71239d16123cd2cb"),
        new("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", LongNonce, LongAad, RepeatedPlain, Long256Cipher, "69793f0035b491c131db34d88c316e0b"),
    ];
}
