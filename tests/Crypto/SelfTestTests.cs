using System.Security.Cryptography;

namespace Hpc.Crypto.Tests;

public sealed class SelfTestTests
{
    [Fact]
    public void What_cannot_be_compared_has_not_passed()
    {
        SelfTest.Passes(() => true).ShouldBeTrue();
        SelfTest.Passes(() => false).ShouldBeFalse();
        SelfTest.Passes(() => throw new CryptographicException("no ChaCha20 here")).ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => SelfTest.Passes(() => throw new InvalidOperationException()));
    }
}
