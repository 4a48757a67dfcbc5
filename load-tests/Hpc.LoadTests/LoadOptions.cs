using System.Globalization;

namespace Hpc.LoadTests;

/// <summary>What the command line asks for.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        hpc-sessions-load: log in many sessions, leave them idle, then let all transfer at once.

          --exe PATH        the built hpc executable (or HPC_EXE)
          --sessions N      sessions at the same time (default 2000)
          --parallel N      logins under way at the same time (default 32)
          --users N         users that the sessions are shared out to (default 16)
          --timeout SECONDS the whole run takes at most this long (default 900)
          --keep-garbage    do not ask the server's runtime for a collection before idle memory is read
          --types           list what the server's managed heap holds per session, by type
          --json            print JSON

        Exit code 0: no failure. 1: something failed. 2: wrong command line.
        """;

    public string Executable { get; init; } = Environment.GetEnvironmentVariable("HPC_EXE") ?? "";

    public int Sessions { get; init; } = 2000;

    public int Parallel { get; init; } = 32;

    public int Users { get; init; } = 16;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(900);

    public bool Collects { get; init; } = true;

    public bool ListsTypes { get; init; }

    public bool IsJson { get; init; }

    public static bool TryParse(string[] arguments, out LoadOptions options, out string error)
    {
        options = new LoadOptions();
        error = "";
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            LoadOptions? flagged = name switch
            {
                "--json" => options with { IsJson = true },
                "--keep-garbage" => options with { Collects = false },
                "--types" => options with { ListsTypes = true },
                _ => null,
            };
            if (flagged is null && i + 1 < arguments.Length)
            {
                flagged = WithValue(options, name, arguments[++i]);
            }

            if (flagged is null)
            {
                error = $"{name}: not an option, or its value is missing or not allowed.";
                return false;
            }

            options = flagged;
        }

        if (!File.Exists(options.Executable))
        {
            error = "Say with --exe or HPC_EXE where the built hpc executable is.";
            return false;
        }

        return true;
    }

    private static LoadOptions? WithValue(LoadOptions options, string name, string value)
    {
        if (name == "--exe")
        {
            return options with { Executable = Path.GetFullPath(value) };
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
        {
            return null;
        }

        return name switch
        {
            "--sessions" when number <= 100_000 => options with { Sessions = number },
            "--parallel" when number <= 1000 => options with { Parallel = number },
            "--users" when number <= 1000 => options with { Users = number },
            "--timeout" when number <= 86_400 => options with { Timeout = TimeSpan.FromSeconds(number) },
            _ => null,
        };
    }
}
