using System.CommandLine;
using Hpc.Accounts.Objects;
using Hpc.Server.Cli.Access;
using AdminObject = Hpc.Accounts.Objects.Admin;

namespace Hpc.Server.Cli;

/// <summary><c>hpc admin</c> and <c>hpc role</c>: who may use the REST API.</summary>
internal static class AdminCommand
{
    public static Command Create(CliConsole console)
    {
        var commands = new ObjectCommands<AdminObject>(
            ObjectRoutes.Admins,
            console,
            ["ADMIN", "STATE", "ROLE", "PERMISSIONS", "2FA"],
            static admin =>
            [
                admin.Username, admin.Status == 1 ? "enabled" : "disabled", admin.Role, string.Join(',', admin.Permissions), admin.Filters.Totp.Enabled ? "yes" : "no",
            ]);
        return new Command("admin", "Add, list, show, change and remove administrators of the REST API.")
        {
            commands.Add(static (admin, name) => admin with { Username = name, Status = 1 }, command => Edit(command, console, isChange: false)),
            commands.List(),
            commands.Show(),
            commands.Set(command => Edit(command, console, isChange: true), ObjectKind.Admin),
            commands.Remove(),
        };
    }

    public static Command CreateRole(CliConsole console)
    {
        var commands = new ObjectCommands<Role>(ObjectRoutes.Roles, console, ["ROLE", "DESCRIPTION"], static role => [role.Name, role.Description]);
        return new Command("role", "Add, list, show, change and remove roles: their administrators see their users alone.")
        {
            commands.Add(static (role, name) => role with { Name = name }),
            commands.List(),
            commands.Show(),
            commands.Set(),
            commands.Remove(),
        };
    }

    private static Func<ParseResult, AdminObject, AdminObject> Edit(Command command, CliConsole console, bool isChange)
    {
        var passwords = new PasswordFlags(command);
        var permissions = new Option<string[]>("--permissions", "-g")
        {
            Description = $"What the administrator may do: {string.Join(", ", AdminPermissionNames.Everything)}. Separated by commas, or repeated.{(isChange ? "" : " Default: *.")}",
            HelpName = "NAMES",
        };
        var role = new Option<string?>("--role") { Description = "Sees the users of this role alone; \"\" for none.", HelpName = "NAME" };
        var email = new Option<string?>("--email") { Description = "Address for notices.", HelpName = "ADDRESS" };
        var description = new Option<string?>("--description") { Description = "One line for the operator.", HelpName = "TEXT" };
        var allowFrom = new Option<string[]>("--allow-from") { Description = "Network that logins may come from, like 10.0.0.0/8; others may not. May be repeated.", HelpName = "CIDR" };
        var enabled = new Option<bool>("--enabled") { Description = "Allow logins." };
        var disabled = new Option<bool>("--disabled") { Description = "Refuse logins." };
        foreach (Option option in new Option[] { permissions, role, email, description, allowFrom, disabled })
        {
            command.Add(option);
        }

        if (isChange)
        {
            command.Add(enabled);
            command.Validators.Add(result =>
            {
                if (result.GetValue(enabled) && result.GetValue(disabled))
                {
                    result.AddError("Give one of --enabled and --disabled.");
                }
            });
        }

        return (parsed, admin) =>
        {
            string? password = passwords.Hash(parsed) ?? passwords.Plain(parsed, console);
            if (password is null && !isChange && admin.Password is null)
            {
                password = (console.AskSecret is { } ask ? PasswordFlags.Ask(ask) : null)
                    ?? throw CliException.Usage("An administrator needs a password (--password-stdin, --password-file).");
            }

            string[] names = [.. (parsed.GetValue(permissions) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
            return admin with
            {
                // What is stored is a hash, which is kept where no password is given.
                Password = password ?? (isChange ? null : admin.Password),
                Permissions = names.Length > 0 ? names : admin.Permissions.Count > 0 || isChange ? admin.Permissions : [AdminPermissionNames.All],
                Role = parsed.GetValue(role) ?? admin.Role,
                Email = parsed.GetValue(email) ?? admin.Email,
                Description = parsed.GetValue(description) ?? admin.Description,
                Status = parsed.GetValue(disabled) ? 0 : isChange && parsed.GetValue(enabled) ? 1 : admin.Status,
                Filters = admin.Filters with { AllowList = parsed.GetValue(allowFrom) is { Length: > 0 } networks ? networks : admin.Filters.AllowList },
            };
        };
    }
}
