using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Exec;

/// <summary>A command of an exec request: reads a little stdin where it needs to, runs on a worker, prints, exits with 0 or 1.</summary>
internal sealed class ExecProgram : IChannelProgram
{
    // What hash commands take from stdin (spec R1.31).
    private const int MaxInput = 4096;

    private readonly ISessionChannel _channel;
    private readonly ExecCommand _command;
    private readonly ExecContext _context;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lifetime;
    private readonly List<byte> _input = [];
    private bool _hasStarted;
    private bool _isClosed;
    private Task _running = Task.CompletedTask;

    private ExecProgram(ISessionChannel channel, ExecCommand command, ExecContext context, ILogger logger)
    {
        _channel = channel;
        _command = command;
        _context = context;
        _logger = logger;
        _lifetime = CancellationTokenSource.CreateLinkedTokenSource(context.Grant.Ended);
    }

    /// <summary>Ends when nothing of the command runs any more.</summary>
    internal Task Released { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Makes the program of a command line; false if the line is not one of the commands that exist here. What it prints comes from a worker, so after the answer to the request that is being handled.
    /// </summary>
    public static bool TryCreate(
        ReadOnlySpan<byte> line, ISessionChannel channel, SessionGrant grant, BlockPool pool, ILogger logger,
        [NotNullWhen(true)] out ExecProgram? program)
    {
        program = null;
        if (!CommandLine.TryParse(line, out List<byte[]> words) || ExecCommandTable.Find(CommandLine.NameOf(words)) is not { } command)
        {
            return false;
        }

        program = new ExecProgram(channel, command, new ExecContext(grant, pool, words), logger);
        grant.HoldFiles();
        if (!command.ReadsInput(program._context.Arguments))
        {
            program.Run();
        }

        return true;
    }

    public int OnData(ReadOnlySpan<byte> data)
    {
        _context.Grant.Meter.Touch(Environment.TickCount64);
        if (!_hasStarted)
        {
            _input.AddRange(data[..Math.Min(data.Length, MaxInput - _input.Count)]);
            if (_input.Count == MaxInput)
            {
                Run();
            }
        }

        return data.Length;
    }

    public void OnBatchEnd()
    {
    }

    public void OnEof()
    {
        if (!_hasStarted)
        {
            Run();
        }
    }

    public void OnWritable()
    {
    }

    public void Produce(ref BulkWriter writer)
    {
    }

    public void OnClosed()
    {
        _isClosed = true;
        Released = ReleaseAsync();
    }

    // Not with the turn held: what is cancelled goes on from here.
    private async Task ReleaseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _lifetime.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.ConfigureAwait(false);
        }
        finally
        {
            _lifetime.Dispose();
            _context.Grant.ReleaseFiles();
        }
    }

    private void Run()
    {
        _hasStarted = true;
        _context.Input = [.. _input];
        _running = RunAsync();
    }

    private async Task RunAsync()
    {
        // The command leaves the turn before it begins: it may read files for minutes.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var output = new ExecOutput();
        try
        {
            await _command.Run(_context, output, _lifetime.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            output.Fail(_command.Name, "cancelled");
        }
#pragma warning disable CA1031 // A fault of a command ends the command, with a log line.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ExecLog.CommandFaulted(_logger, exception, _context.Grant.SessionId, _context.Grant.ConnectionId, _command.Name);
            output.Fail(_command.Name, "the server failed to do this; its log says why");
        }

        lock (_channel.Turn)
        {
            if (!_isClosed)
            {
                _channel.Write(output.Text);
                if (!output.Errors.IsEmpty)
                {
                    _channel.WriteError(output.Errors);
                }

                _channel.Exit(output.Status);
            }
        }

        _channel.Flush();
    }
}
