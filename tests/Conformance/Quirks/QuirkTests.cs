using System.Runtime.CompilerServices;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Quirks;

/// <summary>Cases that a script shows; the test's name in lower case is the script's function.</summary>
[Trait(Category.Name, Category.Conformance)]
public abstract class QuirkTests(SharedServer shared, string script)
{
    protected SharedServer Shared { get; } = shared;

    protected async Task RunAsync([CallerMemberName] string name = "")
    {
        using ClientSession session = await Shared.OpenAsync(Login.Key);
        await RunAsync(session, name);
    }

    protected async Task RunAsync(ClientSession session, string name)
    {
        await Python.RequireAsync(session.Runner, "paramiko");
        session.Runner
            .With("SFTP_HOME", session.User.Home)
            .With("HPC_CONFORMANCE_TARGET", Environment.GetEnvironmentVariable("HPC_CONFORMANCE_TARGET") ?? string.Empty);
        await Python.RunAsync(session, script, name.ToLowerInvariant());
    }
}
