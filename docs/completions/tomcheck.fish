# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tomcheck_global_optspecs
    string join \n lang= json html= o/output= color= ascii q/quiet v/verbose show-identity strict config= target= only= skip= baseline= thorough module= reader= ca-file= proxy= proxy-user= proxy-fd= with-pin pin-fd= spend-final-try deadline= h/help V/version
end

function __fish_tomcheck_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tomcheck_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tomcheck_using_subcommand
    set -l cmd (__fish_tomcheck_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tomcheck -n "__fish_tomcheck_needs_command" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_needs_command" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l target -d 'service à joindre (tom)' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l only -d 'ne regarde que ces parties : reader (lecteur), card (carte), module (Cryptolib), token (code porteur), cert (certificats), browser (navigateurs), network (réseau), proxy, tls (connexion sécurisée)' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l skip -d 'ne regarde pas ces parties (mêmes noms que pour --only)' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l baseline -d 'dit aussi ce qui a changé depuis ce rapport enregistré' -r -F
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l thorough -d 'essaie aussi d\'autres premiers messages, douze au plus, même si rien n\'échoue'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -s V -l version -d 'montre la version'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "check" -d 'fait tout le diagnostic (commande par défaut)'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "card" -d 'lit la carte insérée, essaie son contact ou explique un ATR'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "watch" -d 'montre les lecteurs et les cartes, puis chaque changement'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "certs" -d 'montre les certificats : délivré à, délivré par'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "tls" -d 'examine la connexion sécurisée à un site'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "bench" -d 'mesure combien de connexions sécurisées un site accepte par seconde'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "proxy" -d 'examine le proxy qui mène à un site'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "identify" -d 'explique un identifiant ou un certificat, sans carte'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "trace" -d 'lit des journaux et dit la cause qu\'ils montrent'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "judge" -d 'juge de nouveau un rapport enregistré, sans le poste ni la carte'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "compare" -d 'dit ce qui a changé entre deux rapports enregistrés'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "metrics" -d 'fait le diagnostic pour la surveillance d\'un parc (Prometheus)'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "explain" -d 'explique un code ou un message d\'erreur, d\'où qu\'il vienne'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "testsite" -d 'ouvre un site d\'essai qui demande la carte et montre ce qu\'il reçoit'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "bundle" -d 'prépare un dossier masqué à envoyer à l\'assistance, et le message'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "inventory" -d 'contrôle ce qui est installé et dit quoi mettre à jour'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "config" -d 'montre les réglages et d\'où vient chacun'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "serve" -d 'montre l\'état du poste dans le navigateur, à jour à tout moment, sur ce poste seulement'
complete -c tomcheck -n "__fish_tomcheck_needs_command" -f -a "generate" -d 'écrit un fichier produit du programme lui-même'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l target -d 'service à joindre (tom)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l only -d 'ne regarde que ces parties : reader (lecteur), card (carte), module (Cryptolib), token (code porteur), cert (certificats), browser (navigateurs), network (réseau), proxy, tls (connexion sécurisée)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l skip -d 'ne regarde pas ces parties (mêmes noms que pour --only)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l baseline -d 'dit aussi ce qui a changé depuis ce rapport enregistré' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l thorough -d 'essaie aussi d\'autres premiers messages, douze au plus, même si rien n\'échoue'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand check" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l stress -d 'interroge la carte N fois pour essayer son contact (1 à 10000)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l atr -d 'explique cet ATR octet par octet, sans carte ni lecteur' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand card" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l reader -d 'ce lecteur seulement (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l exec -d 'lance cette commande à chaque changement (TOMCHECK_READER, _STATE, _CODE, _GENERATION, _ATR)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l exec-limit -d 'durée laissée à la commande (30)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l deadline -d 'finit après cette durée' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l manual -d 'ne relit que sur demande : Entrée ou r ; q pour quitter'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l json-lines -d 'une ligne JSON par événement'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand watch" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l export -d 'écrit chaque certificat dans ce dossier (.cer, texte PEM), sans écraser de fichier existant' -r -f -a "(__fish_complete_directories)"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l module-trace -d 'fait noter au module ce qu\'il fait pendant la lecture et range ces traces, données personnelles masquées, dans ce dossier (par défaut : tomcheck-trace)' -r -f -a "(__fish_complete_directories)"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l refresh -d 'supprime ce que la Cryptolib garde de cette carte dans son cache, la relit et dit ce qui a changé'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand certs" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l thorough -d 'essaie aussi d\'autres premiers messages, douze au plus, même si rien n\'échoue'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand tls" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l connections -d 'nombre de connexions, toutes ensemble (100)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l threads -d 'connexions à la fois (1)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l tls -d 'cette version de TLS seulement' -r -f -a "1.2\t''
1.3\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l resume -d 'reprend la session : la carte ne signe que la première fois'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l in-process -d 'charge le module PKCS#11 dans ce programme : plus rapide, sans protection contre ses défauts'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bench" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l hold -d 'garde un tunnel ouvert sans rien dire, et dit si le proxy le coupe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l request -d 'écrit la demande à envoyer à l\'administrateur du réseau, avec les lignes à coller'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand proxy" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand identify" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l target -d 'le site qui compte (par défaut : TOM si les journaux en parlent, sinon tous)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l threads -d 'lectures à la fois d\'un gros fichier (4 au plus, selon le poste)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l live -d 'essaie aussi ce poste maintenant, sans code porteur : une panne qui n\'y est plus ne compte pas'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l follow -d 'suit ce qui s\'ajoute aux journaux, jusqu\'à Ctrl-C'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand trace" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand judge" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l html -d 'écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand compare" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l textfile -d 'remplace ce fichier d\'un coup, pour le collecteur de node_exporter ou windows_exporter' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l target -d 'service à joindre (tom)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l only -d 'ne regarde que ces parties : reader (lecteur), card (carte), module (Cryptolib), token (code porteur), cert (certificats), browser (navigateurs), network (réseau), proxy, tls (connexion sécurisée)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l skip -d 'ne regarde pas ces parties (mêmes noms que pour --only)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand metrics" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l all -d 'montre tous les codes connus'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand explain" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l issuers -d 'autorités acceptées et annoncées au navigateur (par défaut : aucune n\'est vérifiée)' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l listen -d 'où écouter (127.0.0.1:8443, ce poste seul ; 0.0.0.0:8443 ouvre à tout le réseau)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l http -d 'écoute aussi sans TLS, pour renvoyer vers https et servir /canary' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l cert -d 'certificat du site et ses intermédiaires (par défaut : fabriqué pour cette fois)' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l key -d 'clé de ce certificat, sans mot de passe' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l optional -d 'demande un certificat et montre aussi la page à qui n\'en a pas (par défaut)'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l require -d 'refuse la connexion sans certificat, comme TOM : le navigateur n\'affiche alors qu\'une erreur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l tls1.2 -d 'parle TLS 1.2 seulement'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l tls1.3 -d 'parle TLS 1.3 seulement'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand testsite" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l from -d 'part de ce rapport enregistré, sans rien regarder' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l log -d 'journaux à joindre : seules les lignes utiles, masquées' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l hide -d 'masque aussi ces noms, où qu\'ils soient' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l target -d 'service à joindre (tom)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l only -d 'ne regarde que ces parties : reader (lecteur), card (carte), module (Cryptolib), token (code porteur), cert (certificats), browser (navigateurs), network (réseau), proxy, tls (connexion sécurisée)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l skip -d 'ne regarde pas ces parties (mêmes noms que pour --only)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l pin-fd -d 'lit le code porteur sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l module-trace -d 'joint ce que la Cryptolib note pendant une lecture de la carte'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l yes -d 'écrit le dossier sans demander de confirmation'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l thorough -d 'essaie aussi d\'autres premiers messages, douze au plus, même si rien n\'échoue'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l with-pin -d 'demande le code porteur et essaie la carte jusqu\'au bout'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l spend-final-try -d 'accepte d\'utiliser le dernier essai du code porteur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand bundle" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand inventory" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand config" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l port -d 'port sur 127.0.0.1 (par défaut : un port libre)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l target -d 'service à joindre (tom)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l only -d 'ne regarde que ces parties : reader (lecteur), card (carte), module (Cryptolib), token (code porteur), cert (certificats), browser (navigateurs), network (réseau), proxy, tls (connexion sécurisée)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l skip -d 'ne regarde pas ces parties (mêmes noms que pour --only)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l module -d 'module PKCS#11 à utiliser' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l reader -d 'lecteur à utiliser (son nom ou une partie)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l ca-file -d 'autorités de confiance en plus' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l proxy -d 'proxy à utiliser' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l proxy-user -d 'nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l proxy-fd -d 'lit le mot de passe du proxy sur ce descripteur de fichier' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l deadline -d 'durée à ne pas dépasser (60)' -r
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l ipv6 -d 'écoute aussi sur [::1]'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l open -d 'ouvre la page dans le navigateur'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l allow-pin -d 'permet de taper le code porteur dans la page'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand serve" -l strict -d 'un avertissement donne aussi l\'état 1'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -l lang -d 'langue des textes' -r -f -a "fr\t''
en\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -s o -l output -d 'écrit le rapport dans un fichier' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -l color -d 'couleurs' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -l config -d 'fichier de réglages, à la place de ceux du poste et de l\'utilisateur' -r -F
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -s h -l help -d 'montre cette aide'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -l json -d 'rapport en JSON'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -l ascii -d 'sans symboles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -s q -l quiet -d 'sans progression'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -s v -l verbose -d 'avec tous les faits constatés'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -l show-identity -d 'ne masque pas les données personnelles'
complete -c tomcheck -n "__fish_tomcheck_using_subcommand generate" -l strict -d 'un avertissement donne aussi l\'état 1'
