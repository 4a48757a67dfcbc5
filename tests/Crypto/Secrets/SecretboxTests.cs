using System.Runtime.InteropServices;
using Hpc.Crypto.Secrets;

namespace Hpc.Crypto.Tests.Secrets;

public sealed unsafe class SecretboxTests
{
    // "Cryptography in NaCl" (D. J. Bernstein, 2009), §§ 8–10.
    private const string FirstKey = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";
    private const string Nonce = "69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37";
    private const string Message =
        "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
        + "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705";

    private const string Box =
        "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c972"
        + "71d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5";

    [Fact]
    public void The_box_of_NaCls_documentation_comes_out() =>
        Convert.ToHexStringLower(Secretbox.Seal(Hex(FirstKey), Hex(Nonce), Hex(Message))).ShouldBe(Box);

    [Fact]
    public void The_box_of_NaCls_documentation_opens()
    {
        Secretbox.TryOpen(Hex(FirstKey), Hex(Nonce), Hex(Box), out SecretBytes message).ShouldBeTrue();
        Convert.ToHexStringLower(message.Span).ShouldBe(Message);
    }

    [Fact]
    public void HSalsa20_gives_the_keys_of_NaCls_documentation()
    {
        var key = new byte[32];
        Salsa20.Subkey(Hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"), new byte[16], key);
        Convert.ToHexStringLower(key).ShouldBe(FirstKey);
        Salsa20.Subkey(Hex(FirstKey), Hex(Nonce).AsSpan(0, 16), key);
        Convert.ToHexStringLower(key).ShouldBe("dc908dda0b9344a953629b733820778880f3ceb421bb61b91cbd4c3e66256ce4");
    }

    [Fact]
    public void A_box_with_any_bit_changed_does_not_open()
    {
        byte[] key = Hex(FirstKey);
        byte[] nonce = Hex(Nonce);
        byte[] box = Secretbox.Seal(key, nonce, "some secret"u8);
        for (int bit = 0; bit < box.Length * 8; bit++)
        {
            box[bit / 8] ^= (byte)(1 << (bit % 8));
            Secretbox.TryOpen(key, nonce, box, out SecretBytes message).ShouldBeFalse();
            message.Span.ContainsAnyExcept((byte)0).ShouldBeFalse();
            box[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < box.Length; length++)
        {
            Secretbox.TryOpen(key, nonce, box.AsSpan(0, length), out _).ShouldBeFalse();
        }

        nonce[23] ^= 1;
        Secretbox.TryOpen(key, nonce, box, out _).ShouldBeFalse();
    }

    [Fact]
    public void Libsodium_makes_the_same_boxes()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad("libsodium.so.23", out nint library), "libsodium is not installed");
        var seal = (delegate* unmanaged<byte*, byte*, ulong, byte*, byte*, int>)NativeLibrary.GetExport(library, "crypto_secretbox_easy");
        var random = new Random(7);
        for (int length = 0; length < 300; length++)
        {
            var key = new byte[32];
            var nonce = new byte[24];
            var message = new byte[length];
            random.NextBytes(key);
            random.NextBytes(nonce);
            random.NextBytes(message);
            var expected = new byte[length + 16];
            fixed (byte* output = expected)
            fixed (byte* messageBytes = message)
            fixed (byte* nonceBytes = nonce)
            fixed (byte* keyBytes = key)
            {
                seal(output, messageBytes, (ulong)length, nonceBytes, keyBytes).ShouldBe(0);
            }

            Secretbox.Seal(key, nonce, message).ShouldBe(expected);
            Secretbox.TryOpen(key, nonce, expected, out SecretBytes opened).ShouldBeTrue();
            opened.Span.ToArray().ShouldBe(message);
        }
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
