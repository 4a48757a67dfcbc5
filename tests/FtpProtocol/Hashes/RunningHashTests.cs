using Hpc.FtpProtocol.Hashes;

namespace Hpc.FtpProtocol.Tests.Hashes;

public sealed class RunningHashTests
{
    [Theory]
    [InlineData("CRC32", "CBF43926")]
    [InlineData("MD5", "25F9E794323B453885F5181F1B624D0B")]
    [InlineData("sha-1", "F7C3BC1D808E04732ADF679965CCC34CA7AE3441")]
    [InlineData("SHA-256", "15E2B0D3C33891EBB0F1EF609EC419420C20E320CE94C65FBC8C3312448EB225")]
    public void The_check_value_is_right(string name, string expected)
    {
        HashAlgorithm.TryFind(name, out HashAlgorithm? algorithm).ShouldBeTrue();
        using RunningHash hash = algorithm.Begin();
        hash.Append("123456789"u8);
        Convert.ToHexString(hash.Finish()).ShouldBe(expected);
    }

    [Fact]
    public void CRC32_is_the_same_in_pieces_as_bit_by_bit()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            byte[] data = new byte[random.Next(2000)];
            random.NextBytes(data);
            using var hash = new Crc32Hash();
            for (int at = 0; at < data.Length;)
            {
                int piece = Math.Min(random.Next(1, 40), data.Length - at);
                hash.Append(data.AsSpan(at, piece));
                at += piece;
            }

            Convert.ToHexString(hash.Finish()).ShouldBe(Plain(data).ToString("X8"));
        }
    }

    [Fact]
    public void The_list_has_a_star_at_the_chosen_one() => HashAlgorithm.List(HashAlgorithm.Sha1).ShouldBe("SHA-256;SHA-512;SHA-1*;MD5;CRC32");

    private static uint Plain(byte[] data)
    {
        uint state = uint.MaxValue;
        foreach (byte value in data)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state >> 1) ^ ((state & 1) != 0 ? 0xEDB88320u : 0);
            }
        }

        return ~state;
    }
}
