using Hpc.LoadTests.Sessions;

namespace Hpc.LoadTests.Tests.Engine;

public sealed class ContentPatternTests
{
    [Fact]
    public void Pieces_of_any_length_are_the_same_bytes()
    {
        var pattern = new ContentPattern(1);
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            uint file = (uint)random.NextInt64(uint.MaxValue);
            long offset = random.NextInt64(1L << 40);
            int length = random.Next(1, ContentPattern.MaxLength);
            int cut = random.Next(length);
            ReadOnlyMemory<byte> whole = pattern.Piece(file, offset, length);
            pattern.Piece(file, offset, cut).Span.SequenceEqual(whole.Span[..cut]).ShouldBeTrue();
            pattern.Piece(file, offset + cut, length - cut).Span.SequenceEqual(whole.Span[cut..]).ShouldBeTrue();
        }
    }

    [Fact]
    public void Files_differ_and_seeds_differ()
    {
        var pattern = new ContentPattern(1);
        pattern.Piece(1, 0, 1000).Span.SequenceEqual(pattern.Piece(2, 0, 1000).Span).ShouldBeFalse();
        pattern.Piece(1, 0, 1000).Span.SequenceEqual(new ContentPattern(2).Piece(1, 0, 1000).Span).ShouldBeFalse();
        pattern.Piece(1, 0, 1000).Span.SequenceEqual(new ContentPattern(1).Piece(1, 0, 1000).Span).ShouldBeTrue();
    }
}
