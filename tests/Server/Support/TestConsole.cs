using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Hpc.Server.Cli;

namespace Hpc.Server.Tests.Support;

/// <summary>Runs the command line in this process and keeps what it printed.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Its writers hold nothing but text.")]
internal sealed class TestConsole
{
    private readonly SharedText _out = new();
    private readonly SharedText _error = new();

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    /// <summary>Passwords are hashed quickly, and nobody takes the port of the REST API.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["HPC__PASSWORDS__BCRYPT_COST"] = "4", ["HPC__HTTP__ENABLED"] = "false" };

    public string Input { get; set; } = "";

    public Func<string, string>? AskSecret { get; set; }

    public Task<int> RunAsync(params string[] arguments) => RunAsync(arguments, CancellationToken.None);

    public Task<int> RunAsync(string[] arguments, CancellationToken ct) => HpcCommandLine.RunAsync(arguments, Console(), ct);

    public CliConsole Console() => new()
    {
        Out = _out,
        Error = _error,
        In = new StringReader(Input),
        Environment = new Hashtable(Environment),
        AskSecret = AskSecret,
    };

    public void Clear()
    {
        _out.Clear();
        _error.Clear();
    }
}
