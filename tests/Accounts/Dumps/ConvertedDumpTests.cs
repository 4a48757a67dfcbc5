using Hpc.Accounts.Dumps;
using Hpc.Accounts.Dumps.Convert;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Tests.Dumps;

public sealed class ConvertedDumpTests : DumpTest
{
    [Fact]
    public async Task Converted_users_load_and_keep_their_hashes()
    {
        ConvertResult converted = UserFileConverter.Convert(UserFileFormat.UnixPasswd, "alice:x:1000:1000:Alice:/home/alice:/bin/sh", $"alice:{Hash}:19000:0:99999:7:::", new());
        DumpLoadResult result = await Dumps.LoadAsync(converted.Dump, new(), ChangeContext.Operator, Ct);
        result.Message.ShouldStartWith("Data restored");
        User alice = await FindUserAsync("alice");
        (alice.Password, alice.LastPasswordChange, alice.Uid).ShouldBe((Hash, 19000 * 86_400_000L, 1000));
    }
}
