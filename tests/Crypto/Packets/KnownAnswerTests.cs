using System.Text;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Tests.Packets;

public sealed unsafe class KnownAnswerTests
{
    [Fact]
    public void ChaCha20_gives_the_answer_of_rfc_8439()
    {
        byte[] text = Encoding.ASCII.GetBytes("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.");
        byte[] key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        using var cipher = new CipherContext("ChaCha20", key, Convert.FromHexString("01000000000000000000004a00000000"), encrypt: true);
        fixed (byte* bytes = text)
        {
            cipher.Apply(bytes, bytes, text.Length);
        }

        Convert.ToHexStringLower(text).ShouldBe(
            "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8" +
            "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d");
    }

    [Fact]
    public void Poly1305_gives_the_answer_of_rfc_8439()
    {
        byte[] key = Convert.FromHexString("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
        byte[] text = Encoding.ASCII.GetBytes("Cryptographic Forum Research Group");
        using MacContext mac = MacContext.Poly1305();
        for (int turn = 0; turn < 2; turn++)
        {
            Mac(mac, key, text, 16).ShouldBe("a8061dc1305136c6c22b8baf0c0127a9");
        }
    }

    [Theory]
    [InlineData("SHA2-256", 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("SHA2-512", 64, "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")]
    public void Hmac_gives_the_answer_of_rfc_4231_again_and_again(string digest, int length, string expected)
    {
        using MacContext mac = MacContext.Hmac(digest, "Jefe"u8);
        byte[] text = Encoding.ASCII.GetBytes("what do ya want for nothing?");
        for (int turn = 0; turn < 3; turn++)
        {
            Mac(mac, null, text, length).ShouldBe(expected);
        }
    }

    [Fact]
    public void Aes_gcm_gives_the_answer_of_its_specification()
    {
        byte[] key = Convert.FromHexString("feffe9928665731c6d6a8f9467308308");
        byte[] iv = Convert.FromHexString("cafebabefacedbaddecaf888");
        byte[] text = Convert.FromHexString(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255");
        byte[] tag = new byte[16];
        using var cipher = new CipherContext("AES-128-GCM", key, iv, encrypt: true);
        fixed (byte* bytes = text)
        fixed (byte* tagBytes = tag)
        {
            cipher.Apply(bytes, bytes, text.Length);
            cipher.TryFinish().ShouldBeTrue();
            cipher.GetTag(tagBytes, 16);
        }

        Convert.ToHexStringLower(text).ShouldBe(
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985");
        Convert.ToHexStringLower(tag).ShouldBe("4d5c2af327cd64a62cf35abd2ba6fab4");
    }

    private static string Mac(MacContext mac, byte[]? key, byte[] text, int length)
    {
        byte[] tag = new byte[length];
        fixed (byte* keyBytes = key)
        fixed (byte* textBytes = text)
        fixed (byte* tagBytes = tag)
        {
            mac.Start(keyBytes, key?.Length ?? 0);
            mac.Update(textBytes, text.Length);
            mac.Finish(tagBytes, length);
        }

        return Convert.ToHexStringLower(tag);
    }
}
