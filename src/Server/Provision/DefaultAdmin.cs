using System.Collections;

namespace Hpc.Server.Provision;

/// <summary>The administrator that the environment names, for <c>data_provider.create_default_admin</c>.</summary>
internal sealed class DefaultAdmin
{
    private static readonly string[] NameVariables = ["HPC_DEFAULT_ADMIN_USERNAME", "SFTPGO_DEFAULT_ADMIN_USERNAME"];
    private static readonly string[] PasswordVariables = ["HPC_DEFAULT_ADMIN_PASSWORD", "SFTPGO_DEFAULT_ADMIN_PASSWORD"];

    private DefaultAdmin(string name, string password)
    {
        Name = name;
        Password = password;
    }

    /// <summary>The variables that name one.</summary>
    public static (string Name, string Password) Variables => (NameVariables[0], PasswordVariables[0]);

    public string Name { get; }

    public string Password { get; }

    /// <summary>Null if one of the two variables is not there.</summary>
    public static DefaultAdmin? Of(IDictionary environment) =>
        First(environment, NameVariables) is { } name && First(environment, PasswordVariables) is { } password ? new DefaultAdmin(name, password) : null;

    private static string? First(IDictionary environment, string[] variables) =>
        variables.Select(variable => environment[variable] as string).FirstOrDefault(static value => !string.IsNullOrEmpty(value));
}
