using System.Text;
using Hpc.SshProtocol.Scp;
using Hpc.SshProtocol.Tests.Sftp;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.SshProtocol.Tests.Scp;

/// <summary>An SCP program on a channel in memory.</summary>
internal sealed class ScpTransfer : IDisposable
{
    private readonly ScpProgram _program;

    public ScpTransfer(string line, IFileSystem files, string start = "/")
    {
        Grant = new FakeGrant(files) { Start = start };
        var options = new ScpOptions { UserName = "ann" };
        lock (Channel.Turn)
        {
            ScpProgram.TryCreate(Encoding.UTF8.GetBytes(line), Channel, Grant, Pool, options, NullLogger.Instance, out ScpProgram? program).ShouldBeTrue();
            _program = program!;
            Channel.Program = _program;
        }
    }

    public FakeChannel Channel { get; } = FakeChannel.WithOutput();

    public FakeGrant Grant { get; }

    public BlockPool Pool { get; } = new(new BufferBudget(1 << 30));

    /// <summary>What was written, one character for each byte.</summary>
    public string Output => Encoding.Latin1.GetString(Channel.Output!.GetBuffer(), 0, (int)Channel.Output.Length);

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Sends all of the input in parts of this length, and the end; returns the exit status.</summary>
    public async Task<uint> RunAsync(byte[] input, int partLength = int.MaxValue)
    {
        for (int i = 0; i < input.Length; i += Math.Min(partLength, input.Length - i))
        {
            Channel.Deliver(input.AsSpan(i, Math.Min(partLength, input.Length - i)));
        }

        Channel.SendEof();
        return await EndAsync();
    }

    public async Task<uint> EndAsync()
    {
        await Channel.WaitForAsync(() => Channel.ExitStatus is not null);
        await CloseAsync();
        return Channel.ExitStatus!.Value;
    }

    public async Task CloseAsync()
    {
        Channel.Close();
        await _program.Released.WaitAsync(TimeSpan.FromSeconds(30));
        Grant.Meter.Transfers.ShouldBeEmpty();
        Grant.Holds.ShouldBe(0);
        Pool.Budget.Rented.ShouldBe(0);
    }

    public void Dispose()
    {
        Channel.Dispose();
        Grant.Dispose();
    }
}
