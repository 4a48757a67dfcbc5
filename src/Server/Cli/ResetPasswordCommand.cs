using System.CommandLine;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Server.Cli.Access;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;
using AdminObject = Hpc.Accounts.Objects.Admin;

namespace Hpc.Server.Cli;

/// <summary><c>hpc resetpwd</c>: a new password for an administrator who is locked out.</summary>
internal static class ResetPasswordCommand
{
    public static Command Create(CliConsole console)
    {
        var name = new Option<string>("--admin") { Description = "Administrator.", HelpName = "NAME", Required = true };
        var command = new Command("resetpwd", "Give an administrator a new password, which is asked for on the terminal. 'hpc admin set NAME --no-second-factor' switches off a second factor that is lost.") { name };
        var passwords = new PasswordFlags(command);
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) =>
        {
            if (flags.Load(parsed, console).DataProvider is { Driver: DataProviderDriver.Memory, Name.Length: 0 })
            {
                throw CliException.Usage("data_provider.driver: found memory without data_provider.name, which keeps no password behind a stop; 'hpc admin set NAME --password-stdin' sets one of the running server.");
            }

            return UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
            {
                string admin = parsed.GetRequiredValue(name);
                Versioned<AdminObject> before = await store.Client.FindAsync(ObjectRoutes.Admins, admin, ct).ConfigureAwait(false)
                    ?? throw new CliException($"--admin: found {LogEscape.Text(admin)}, whom there is not; 'hpc admin list' shows who there is.");
                string password = passwords.Hash(parsed) ?? passwords.Plain(parsed, console) ?? Ask(console);
                ObjectResult<AdminObject> result = await store.Client.UpdateAsync(ObjectRoutes.Admins, admin, before.Value with { Password = password }, before.Version, ct).ConfigureAwait(false);
                if (result.Status != ObjectStatus.Done)
                {
                    IEnumerable<string> reasons = result.Errors.Count > 0 ? result.Errors.Select(static error => error.ToString()) : [result.Message];
                    throw new CliException($"The password of {LogEscape.Text(admin)} stays as it is: {LogEscape.Text(string.Join("; ", reasons))}");
                }

                await console.Out.WriteLineAsync($"{LogEscape.Text(admin)} has a new password.").ConfigureAwait(false);
                return ExitCodes.Success;
            }, ct);
        });
        return command;
    }

    private static string Ask(CliConsole console)
    {
        Func<string, string> ask = console.AskSecret ?? throw CliException.Usage("resetpwd asks on a terminal, and there is none; use --password-stdin or --password-file.");
        return PasswordFlags.Ask(ask) ?? throw new CliException("The password stays as it is: none was typed.");
    }
}
