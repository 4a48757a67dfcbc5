using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class Argon2Tests
{
    private const string Encoded = "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$";

    // RFC 9106 §5.3.
    private static readonly byte[] Expected = Convert.FromHexString("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");

    [Fact]
    public void Managed_code_gives_the_vector_of_RFC_9106()
    {
        var tag = new byte[32];
        Argon2Managed.Hash(RfcInput(), new Argon2Parameters(32, 3, 4), tag);
        tag.ShouldBe(Expected);
    }

    [Fact]
    public void Libargon2_gives_the_vector_of_RFC_9106()
    {
        Assert.SkipUnless(Argon2Native.IsAvailable, "libargon2 is not installed");
        var tag = new byte[32];
        Argon2Native.Hash(RfcInput(), new Argon2Parameters(32, 3, 4), tag);
        tag.ShouldBe(Expected);
    }

    [Theory]
    [InlineData(8, 1, 1, 16)]
    [InlineData(1031, 2, 3, 64)]
    [InlineData(4096, 3, 4, 65)]
    [InlineData(2048, 1, 16, 128)]
    public void Managed_code_and_libargon2_agree(int memory, int passes, int lanes, int length)
    {
        Assert.SkipUnless(Argon2Native.IsAvailable, "libargon2 is not installed");
        var input = new Argon2Input("a password"u8, "some salt of its own"u8);
        var managed = new byte[length];
        var native = new byte[length];
        Argon2Managed.Hash(input, new Argon2Parameters(memory, passes, lanes), managed);
        Argon2Native.Hash(input, new Argon2Parameters(memory, passes, lanes), native);
        managed.ShouldBe(native);
    }

    [Fact]
    public void New_hashes_are_argon2id_with_19_MiB_and_verify()
    {
        string hash = PasswordHash.Hash("pässword"u8);

        hash.ShouldStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
        hash.ShouldNotContain("=$");
        PasswordHash.IsSupported(hash).ShouldBeTrue();
        PasswordHash.Verify(hash, "pässword"u8).ShouldBeTrue();
        PasswordHash.Verify(hash, "password"u8).ShouldBeFalse();
        PasswordHash.Hash("pässword"u8).ShouldNotBe(hash);
    }

    [Theory]
    [InlineData("$argon2id$v=19$m=1048577,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=1048576,t=5,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=32,t=65,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=1024,t=1,p=17$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=15,t=1,p=2$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=0,t=0,p=0$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=4294967328,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=-32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=16$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2i$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$t=1,m=32,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(Encoded)]
    [InlineData(Encoded + "AAAA")]
    [InlineData(Encoded + "AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData(Encoded + "AAAAAAAAAAAAAAAAAAAAAA$")]
    [InlineData(Encoded + "AAAAAAAAAAAAAAAAAAAA\nAA")]
    [InlineData("$argon2id$v=19$m=32,t=1,p=1$c2Fs$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$")]
    [InlineData("")]
    [InlineData("plain text")]
    public void Broken_and_oversized_hashes_are_false_and_not_an_exception(string hash)
    {
        PasswordHash.Verify(hash, "x"u8).ShouldBeFalse();
        PasswordHash.IsSupported(hash).ShouldBeFalse();
    }

    private static Argon2Input RfcInput() => new(Filled(32, 1), Filled(16, 2)) { Secret = Filled(8, 3), AssociatedData = Filled(12, 4) };

    private static byte[] Filled(int length, byte value) => [.. Enumerable.Repeat(value, length)];
}
