using Hpc.FtpProtocol.Tests.Files;

namespace Hpc.FtpProtocol.Tests.Control;

/// <summary>REST, RANG and RNFR hold for the command behind them alone (RFC 959 §4.1.3), whatever becomes of it.</summary>
public sealed class PreludeTests
{
    [Theory]
    [InlineData("REST 3")]
    [InlineData("RANG 3 4")]
    public async Task A_transfer_that_is_refused_uses_up_where_it_was_to_begin(string prelude)
    {
        await using Transfers.TransferRig rig = await Transfers.TransferRig.StartAsync();
        await rig.PutAsync("STOR a", "0123456789"u8.ToArray());
        await rig.SayAsync(prelude, 350);
        await rig.SayAsync("STOR a", 425);
        await rig.PutAsync("STOR a", "new"u8.ToArray());
        (await rig.GetAsync("RETR a")).ShouldBe("new"u8.ToArray());
        await rig.SayAsync(prelude, 350);
        await rig.SayAsync("LIST", 425);
        (await rig.GetAsync("RETR a")).ShouldBe("new"u8.ToArray());
    }

    [Theory]
    [InlineData("LIST", 425)]
    [InlineData("STOR b", 425)]
    [InlineData("RNFR", 501)]
    [InlineData("RNFR missing", 550)]
    public async Task A_rename_does_not_begin_before_the_last_command(string between, int code)
    {
        await using FilesRig rig = await FilesRig.StartAsync();
        await rig.WriteAsync("/a", "1");
        await rig.SayAsync("RNFR a", 350);
        await rig.SayAsync(between, code);
        await rig.SayAsync("RNTO c", 503);
        (await rig.IsThereAsync("/a")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_rename_does_not_begin_before_a_transfer()
    {
        await using Transfers.TransferRig rig = await Transfers.TransferRig.StartAsync();
        await rig.PutAsync("STOR a", "1"u8.ToArray());
        await rig.SayAsync("RNFR a", 350);
        await rig.PutAsync("STOR b", "2"u8.ToArray());
        await rig.SayAsync("RNTO c", 503);
    }
}
