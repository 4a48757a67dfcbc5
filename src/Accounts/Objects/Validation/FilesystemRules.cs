namespace Hpc.Accounts.Objects.Validation;

/// <summary>Where files are (spec/07). Only the settings of the chosen backend are kept.</summary>
internal static class FilesystemRules
{
    private const int MaxBufferMegabytes = 10;
    private const int MaxSftpBufferMegabytes = 16;
    private const int MaxFingerprints = 64;

    /// <summary>The settings with their secrets merged with the stored ones; plain ones are not sealed yet.</summary>
    public static FilesystemConfig Check(string path, FilesystemConfig value, FilesystemConfig? stored, bool isRestore, ErrorList errors)
    {
        // Another backend's secrets are no secrets of this one.
        FilesystemConfig? old = stored?.Provider == value.Provider ? stored : null;
        var secrets = new FilesystemSecrets(isRestore, errors);
        switch (value.Provider)
        {
            case FilesystemProvider.Local:
                errors.Range($"{path}.osconfig.read_buffer_size", value.Os.ReadBufferSize, 0, MaxBufferMegabytes);
                errors.Range($"{path}.osconfig.write_buffer_size", value.Os.WriteBufferSize, 0, MaxBufferMegabytes);
                return new() { Provider = value.Provider, Os = value.Os };
            case FilesystemProvider.S3:
                return new() { Provider = value.Provider, S3 = ObjectStoreRules.CheckS3($"{path}.s3config", value.S3, old?.S3, secrets, errors) };
            case FilesystemProvider.Gcs:
                return new() { Provider = value.Provider, Gcs = ObjectStoreRules.CheckGcs($"{path}.gcsconfig", value.Gcs, old?.Gcs, secrets, errors) };
            case FilesystemProvider.AzureBlob:
                return new() { Provider = value.Provider, AzureBlob = ObjectStoreRules.CheckAzure($"{path}.azblobconfig", value.AzureBlob, old?.AzureBlob, secrets, errors) };
            case FilesystemProvider.Crypt:
                return new() { Provider = value.Provider, Crypt = CheckCrypt($"{path}.cryptconfig", value.Crypt, old?.Crypt, secrets, errors) };
            case FilesystemProvider.Sftp:
                return new() { Provider = value.Provider, Sftp = CheckSftp($"{path}.sftpconfig", value.Sftp, old?.Sftp, secrets, errors) };
            case FilesystemProvider.Http:
                return new() { Provider = value.Provider, Http = CheckHttp($"{path}.httpconfig", value.Http, old?.Http, secrets, errors) };
            default:
                errors.Add($"{path}.provider", ErrorList.Text(value.Provider), "0 (local), 1 (S3), 2 (Google Cloud Storage), 3 (Azure Blob), 4 (local, encrypted), 5 (SFTP) or 6 (HTTP)");
                return new();
        }
    }

    /// <summary>The same with every secret replaced.</summary>
    public static FilesystemConfig MapSecrets(FilesystemConfig value, Func<Secret, Secret> map) => value.Provider switch
    {
        FilesystemProvider.S3 => value with { S3 = value.S3 with { AccessSecret = map(value.S3.AccessSecret), SseCustomerKey = map(value.S3.SseCustomerKey) } },
        FilesystemProvider.Gcs => value with { Gcs = value.Gcs with { Credentials = map(value.Gcs.Credentials) } },
        FilesystemProvider.AzureBlob => value with { AzureBlob = value.AzureBlob with { AccountKey = map(value.AzureBlob.AccountKey), SasUrl = map(value.AzureBlob.SasUrl) } },
        FilesystemProvider.Crypt => value with { Crypt = value.Crypt with { Passphrase = map(value.Crypt.Passphrase) } },
        FilesystemProvider.Sftp => value with
        {
            Sftp = value.Sftp with { Password = map(value.Sftp.Password), PrivateKey = map(value.Sftp.PrivateKey), KeyPassphrase = map(value.Sftp.KeyPassphrase) },
        },
        FilesystemProvider.Http => value with { Http = value.Http with { Password = map(value.Http.Password), ApiKey = map(value.Http.ApiKey) } },
        _ => value,
    };

    private static CryptConfig CheckCrypt(string path, CryptConfig value, CryptConfig? old, FilesystemSecrets secrets, ErrorList errors)
    {
        errors.Range($"{path}.read_buffer_size", value.ReadBufferSize, 0, MaxBufferMegabytes);
        errors.Range($"{path}.write_buffer_size", value.WriteBufferSize, 0, MaxBufferMegabytes);
        Secret passphrase = secrets.Merge($"{path}.passphrase", value.Passphrase, old?.Passphrase);
        if (passphrase.IsEmpty)
        {
            errors.AddMissing($"{path}.passphrase", "a passphrase");
        }

        return value with { Passphrase = passphrase };
    }

    private static SftpConfig CheckSftp(string path, SftpConfig value, SftpConfig? old, FilesystemSecrets secrets, ErrorList errors)
    {
        if (!EndpointRules.IsHostAndPort(value.Endpoint, out string endpoint))
        {
            errors.AddShown($"{path}.endpoint", value.Endpoint, "host:port");
        }

        TextRules.RequiredLine($"{path}.username", value.Username, errors, "a user name");
        errors.Range($"{path}.buffer_size", value.BufferSize, 0, MaxSftpBufferMegabytes);
        errors.OneOf($"{path}.equality_check_mode", value.EqualityCheckMode, [0, 1]);
        value = value with
        {
            Endpoint = endpoint,
            Prefix = value.Prefix.Length == 0 ? "/" : PathRules.Virtual($"{path}.prefix", value.Prefix, errors),
            Fingerprints = CheckFingerprints($"{path}.fingerprints", value.Fingerprints, errors),
            Password = secrets.Merge($"{path}.password", value.Password, old?.Password),
            PrivateKey = secrets.Merge($"{path}.private_key", value.PrivateKey, old?.PrivateKey),
            KeyPassphrase = secrets.Merge($"{path}.key_passphrase", value.KeyPassphrase, old?.KeyPassphrase),
        };
        if (value.Password.IsEmpty && value.PrivateKey.IsEmpty)
        {
            errors.AddMissing($"{path}.password", "a password, a private_key or both");
        }

        return value;
    }

    private static IReadOnlyList<string> CheckFingerprints(string path, IReadOnlyList<string?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxFingerprints))
        {
            return [];
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { Length: > 7 and <= 128 } value || !value.StartsWith("SHA256:", StringComparison.Ordinal) || !VirtualPathRules.IsPlainText(value))
            {
                errors.AddShown($"{path}[{i}]", values[i], "a fingerprint like SHA256:…, as ssh-keygen -l shows it");
            }
        }

        return EnumLists.Distinct(values);
    }

    private static HttpConfig CheckHttp(string path, HttpConfig value, HttpConfig? old, FilesystemSecrets secrets, ErrorList errors)
    {
        if (!EndpointRules.IsHttp(value.Endpoint))
        {
            errors.AddShown($"{path}.endpoint", value.Endpoint, EndpointRules.AllowedHttp);
        }

        TextRules.Line($"{path}.username", value.Username, errors);
        errors.OneOf($"{path}.equality_check_mode", value.EqualityCheckMode, [0, 1]);
        return value with
        {
            Password = secrets.Merge($"{path}.password", value.Password, old?.Password),
            ApiKey = secrets.Merge($"{path}.api_key", value.ApiKey, old?.ApiKey),
        };
    }
}
