using System.Text;
using Hpc.FtpProtocol.Transfers;
using Hpc.Transport.Buffers;

namespace Hpc.FtpProtocol.Tests.Transfers;

public sealed class LineEndsTests
{
    private static readonly string[] Samples =
    [
        "", "\n", "\r", "\r\n", "\n\r", "\r\r", "\r\r\n", "\n\n", "a\nb\nc", "a\r\nb\r\nc\r\n", "a\rb\r\r\nc\r", "\r\n\r\n\n\r\r\n", "no end", "end\n", "\u00e9\n\r\u00ff",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string>> All => Samples.Select(static text => new TheoryDataRow<string>(text));

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_sent_has_CRLF_at_each_line_end_wherever_it_is_split(string text)
    {
        byte[] stored = Encoding.UTF8.GetBytes(text);
        byte[] expected = Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));
        for (int split = 0; split <= stored.Length; split++)
        {
            await using var data = new FakeData([]);
            await using var ascii = new AsciiData(data, Pools.New());
            await ascii.SendAsync(stored.AsMemory(0, split), Ct);
            await ascii.SendAsync(stored.AsMemory(split), Ct);
            data.Sent.ShouldBe(expected);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_received_has_LF_at_each_line_end_however_it_comes(string text)
    {
        byte[] wire = Encoding.UTF8.GetBytes(text);
        byte[] expected = Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        for (int most = 1; most <= wire.Length + 1; most++)
        {
            for (int room = 2; room <= wire.Length + 2; room++)
            {
                await using var data = new FakeData(wire, mostAtOnce: most);
                await using var ascii = new AsciiData(data, Pools.New());
                (await ReceiveAllAsync(ascii, room)).ShouldBe(expected);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Long_random_content_is_what_a_plain_replacement_makes_of_it(int seed)
    {
        var random = new Random(seed);
        byte[] content = new byte[400_000];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = "\r\nab"u8[random.Next(4)];
        }

        string text = Encoding.Latin1.GetString(content);
        await using var data = new FakeData(content, seed, 70_000);
        BlockPool pool = Pools.New();
        await using var ascii = new AsciiData(data, pool);
        byte[] received = await ReceiveAllAsync(ascii, 64 * 1024);
        Encoding.Latin1.GetString(received).ShouldBe(text.Replace("\r\n", "\n", StringComparison.Ordinal));

        await using var sending = new AsciiData(data, pool);
        for (int at = 0; at < content.Length;)
        {
            int length = Math.Min(random.Next(1, 100_000), content.Length - at);
            await sending.SendAsync(content.AsMemory(at, length), Ct);
            at += length;
        }

        Encoding.Latin1.GetString(data.Sent).ShouldBe(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));
        pool.Budget.Rented.ShouldBe(0);
    }

    internal static async Task<byte[]> ReceiveAllAsync(Transport.Data.DataConnection data, int room)
    {
        var all = new MemoryStream();
        byte[] buffer = GC.AllocateUninitializedArray<byte>(room, pinned: true);
        while (true)
        {
            await data.WaitReadableAsync(Ct);
            int count = await data.ReceiveAsync(buffer, Ct);
            if (count == 0)
            {
                (await data.ReceiveAsync(buffer, Ct)).ShouldBe(0);
                return all.ToArray();
            }

            all.Write(buffer, 0, count);
        }
    }
}
