using Hpc.Transport.Buffers;

namespace Hpc.Transport.Tests;

public sealed class BlockPoolTests
{
    [Theory]
    [InlineData(0, BlockPool.Small)]
    [InlineData(BlockPool.Small, BlockPool.Small)]
    [InlineData(BlockPool.Small + 1, BlockPool.Medium)]
    [InlineData(BlockPool.Medium + 1, BlockPool.Large)]
    [InlineData(BlockPool.Large + 1, BlockPool.Huge)]
    [InlineData(BlockPool.Huge + 1, BlockPool.Giant)]
    [InlineData(BlockPool.Giant, BlockPool.Giant)]
    public void A_rent_gets_the_smallest_class_that_holds_it(int length, int expected)
    {
        var pool = new BlockPool(new BufferBudget(1 << 30));
        PinnedBlock block = pool.Rent(length, BufferRole.Storage);
        block.Length.ShouldBe(expected);
        pool.Budget.Rented.ShouldBe(expected);
        pool.RentedFor(BufferRole.Storage).ShouldBe(expected);
        block.Return();
        pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public void More_than_the_largest_class_cannot_be_rented() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new BlockPool(new BufferBudget(1 << 30)).Rent(BlockPool.Giant + 1, BufferRole.Storage));

    [Fact]
    public void A_block_that_is_returned_twice_is_reported()
    {
        PinnedBlock block = new BlockPool(new BufferBudget(1 << 30)).Rent(1, BufferRole.Send);
        block.Return();
        Should.Throw<InvalidOperationException>(block.Return);
    }

    [Fact]
    public void Idle_blocks_are_bounded_and_trimmed_when_they_lie_idle()
    {
        var pool = new BlockPool(new BufferBudget(16 * BlockPool.Huge));
        PinnedBlock[] blocks = [.. Enumerable.Range(0, 300).Select(_ => pool.Rent(BlockPool.Huge, BufferRole.Receive))];
        foreach (PinnedBlock block in blocks)
        {
            block.Return();
        }

        long idle = pool.IdleBytes;
        idle.ShouldBeGreaterThan(0);
        idle.ShouldBeLessThan(300L * BlockPool.Huge);
        for (int i = 0; i < 20; i++)
        {
            pool.Trim();
        }

        pool.IdleBytes.ShouldBe(0);
    }
}
