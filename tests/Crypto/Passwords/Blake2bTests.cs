using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class Blake2bTests
{
    // RFC 7693, appendix A.
    [Fact]
    public void The_vector_of_RFC_7693_comes_out()
    {
        var digest = new byte[64];
        Blake2b.Hash("abc"u8, digest);
        Convert.ToHexStringLower(digest).ShouldBe(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1" +
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    }
}
