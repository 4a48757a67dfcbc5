using System.Diagnostics.Metrics;

namespace Hpc.Accounts.Authentication;

/// <summary>Metrics of authentication; every name of them is here.</summary>
internal static class AccountsMetrics
{
    public const string MeterName = "Hpc.Accounts";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> PasswordChecks =
        Meter.CreateCounter<long>("hpc_password_checks", description: "Passwords compared with a hash, by result.");

    private static readonly UpDownCounter<long> PasswordsWaiting =
        Meter.CreateUpDownCounter<long>("hpc_passwords_waiting", description: "Passwords waiting for a worker.");

    private static readonly Counter<long> Faults =
        Meter.CreateCounter<long>("hpc_authentication_faults", description: "Logins refused because of a fault of the server.");

    private static readonly Histogram<double> PasswordWait =
        Meter.CreateHistogram<double>("hpc_password_wait_seconds", unit: "s", description: "Time that passwords waited for a worker.");

    private static readonly Counter<long> ErrandsDropped =
        Meter.CreateCounter<long>("hpc_login_errands_dropped", description: "Work behind logins that was dropped because too much of it ran, by kind.");

    public static void PasswordWaited(TimeSpan time) => PasswordWait.Record(time.TotalSeconds);

    public static void ErrandDropped(string name) => ErrandsDropped.Add(1, new KeyValuePair<string, object?>("kind", name));

    public static void PasswordChecked(PasswordCheck check) => PasswordChecks.Add(1, new KeyValuePair<string, object?>("result", NameOf(check)));

    public static void PasswordRecognised() => PasswordChecks.Add(1, new KeyValuePair<string, object?>("result", "recognised"));

    public static void PasswordQueued() => PasswordsWaiting.Add(1);

    public static void PasswordTaken() => PasswordsWaiting.Add(-1);

    public static void Fault() => Faults.Add(1);

    private static string NameOf(PasswordCheck check) => check switch
    {
        PasswordCheck.Match => "match",
        PasswordCheck.Mismatch => "mismatch",
        PasswordCheck.QueueFull => "queue_full",
        PasswordCheck.TimedOut => "timed_out",
        _ => "failed",
    };
}
